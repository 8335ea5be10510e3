import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { BOARDS } from '../../dashboards/queries/boards.ts';

const SCRIPT = fileURLToPath(new URL('../../deploy/load-playlists.sh', import.meta.url));
const hasCurl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
const TOKEN = 'a-token';

interface Playlist {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: { title: string; items: unknown[] };
}

/** What Grafana documents of its playlists: lists, makes and removes those of one version of the API, each name once. */
function grafana(version: string | null, kept: Map<string, Playlist>): Server {
  return createServer((request, response) => {
    const answer = (status: number): void => void response.writeHead(status).end('{}');
    void text(request).then((body) => {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return answer(401);
      const place = new RegExp(`^/apis/playlist\\.grafana\\.app/${version}/namespaces/default/playlists(?:/([a-z-]+))?$`).exec(request.url ?? '');
      if (place === null) return answer(404);
      if (request.method === 'GET') return answer(200);
      if (request.method === 'DELETE') return answer(kept.delete(place[1] ?? '') ? 200 : 404);
      const playlist = JSON.parse(body) as Playlist;
      if (playlist.apiVersion !== `playlist.grafana.app/${version}` || playlist.kind !== 'Playlist' || request.headers['content-type'] !== 'application/json') return answer(400);
      if (kept.has(playlist.metadata.name)) return answer(409);
      kept.set(playlist.metadata.name, playlist);
      return answer(201);
    });
  });
}

describe.skipIf(!hasCurl)('loading the playlists', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function load(version: string | null, kept: Map<string, Playlist>, token = TOKEN): Promise<{ status: number; url: string; said: string }> {
    server?.close();
    server = grafana(version, kept).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = spawn('sh', [SCRIPT, url], { env: { ...process.env, GRAFANA_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, errors, [status]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, 'close')]);
    return { status: Number(status), url, said: `${out}${errors}` };
  }

  it.each(['v1', 'v0alpha1'])('puts both into a Grafana whose API is %s, and replaces them when it is run again', async (version) => {
    const kept = new Map<string, Playlist>();
    for (let time = 0; time < 2; time += 1) {
      const { status, url, said } = await load(version, kept);
      expect(said).toBe(`${url}/playlists/play/tocsin-en?kiosk\n${url}/playlists/play/tocsin-zh?kiosk\n`);
      expect(status).toBe(0);
      expect([...kept.values()].map(({ spec }) => spec.items.length)).toEqual([BOARDS.length, BOARDS.length]);
      expect(kept.get('tocsin-zh')?.spec.title).toBe('Tocsin 轮播');
    }
  });

  it('says where there is no such API, and where it is not let in', async () => {
    const kept = new Map<string, Playlist>();
    const old = await load(null, kept);
    expect(old).toMatchObject({ status: 1, said: `${old.url} has neither playlist.grafana.app/v1 nor v0alpha1 (Grafana 12 or newer).\n` });
    const refused = await load('v1', kept, 'another-token');
    expect(refused).toMatchObject({ status: 1, said: `${refused.url} answered 401 when it was asked for its playlists.\n` });
    expect(kept.size).toBe(0);
  });
});
