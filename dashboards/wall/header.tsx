import type { JSX } from 'preact';
import { SHARED_TEXTS } from '../shared/texts.ts';
import { LOCALES, otherLanguage } from '../shared/language.ts';
import type { Bell } from './bell.ts';
import { DataAge } from './data-age.tsx';
import type { WallModel } from './wall-model.ts';

/** Names the screen and says how old its numbers are; the one place that is never greyed. */
export function Header({ model, bell }: { model: WallModel; bell: Bell }): JSX.Element {
  const { texts, format, language } = model.voice.value;
  const { counts } = model.board.value;
  const other = otherLanguage(language);
  const workspace = counts?.workspace ?? '';
  return (
    <header class="top">
      <a class="brand" href={`./${location.search}`} aria-label={`Tocsin, ${SHARED_TEXTS[language].opensConsole}`}>
        <svg class="brand-bell" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path d="M16 2a2 2 0 0 1 2 2v1c4 1 7 4.5 7 8.5V20l3 4.5H4L7 20v-6.5C7 9.5 10 6 14 5V4a2 2 0 0 1 2-2zM12 27h8a4 4 0 0 1-8 0z" />
        </svg>
        <span>Tocsin</span>
      </a>
      <h1>{texts.heading}</h1>
      {workspace !== '' && workspace !== 'default' ? <span class="workspace">{texts.workspace(workspace)}</span> : null}
      <span class="gap" />
      <AlertTally model={model} />
      <DataAge model={model} />
      <time class="clock">{format.clock(model.serverNowMs.value)}</time>
      <button type="button" class="plain" data-sound={bell.sound.value} aria-pressed={bell.sound.value === 'on'} aria-label={texts.sound[bell.sound.value]} title={texts.sound[bell.sound.value]} onClick={() => void bell.toggle()}>
        {texts.soundMark[bell.sound.value]}
      </button>
      <button type="button" class="plain" lang={LOCALES[other]} aria-label={SHARED_TEXTS[language].switchLanguageHint} onClick={() => model.switchLanguage()}>
        {SHARED_TEXTS[language].switchLanguage}
      </button>
    </header>
  );
}

function AlertTally({ model }: { model: WallModel }): JSX.Element | null {
  const { texts, format } = model.voice.value;
  const { counts, openTotal } = model.board.value;
  if (counts === null) return null;
  if (openTotal > 0) return <span class="tally tally-some">{texts.alertCount(format.count(openTotal))}</span>;
  return model.isSure.value ? <span class="tally tally-none">✓ {texts.noAlerts}</span> : <span class="tally tally-unknown">? {texts.alertsUnknown}</span>;
}
