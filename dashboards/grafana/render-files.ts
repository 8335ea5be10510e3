import { ItemBuilder, PlaylistBuilder } from '@grafana/grafana-foundation-sdk/playlistv0alpha1';
import { BOARDS } from '../queries/boards.ts';
import { PANEL_LANGUAGES, type PanelLanguage } from '../queries/panel.ts';
import { renderBoard, uidOf } from './render-board.ts';
import { WORDS } from './words.ts';

const PLAYLIST_INTERVAL = '1m';
/** As Grafana's resource API names it; the SDK's own constant names a version that no server has. */
const PLAYLIST_API = 'playlist.grafana.app/v0alpha1';

/** Every file of `json/`, by its path below it. The same source gives the same bytes. */
export function renderFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const language of PANEL_LANGUAGES) {
    for (const board of BOARDS) files.set(`${language}/${board.id}.json`, json(renderBoard(board, language)));
    files.set(`playlist-${language}.json`, json(playlist(language)));
  }
  return files;
}

/** Shows one board after the other on a screen; `kiosk` in its address hides everything else. */
function playlist(language: PanelLanguage): unknown {
  const builder = new PlaylistBuilder(WORDS.playlist[language]).interval(PLAYLIST_INTERVAL);
  for (const board of BOARDS) builder.item(new ItemBuilder().type('dashboard_by_uid').value(uidOf(board, language)));
  return { apiVersion: PLAYLIST_API, kind: 'Playlist', metadata: { name: `tocsin-${language}` }, spec: builder.build() };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
