import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../../core/errors.ts';
import type { Letter } from '../../../stream/dead-letter-box/read-letters.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

const LETTERS: Letter[] = [1, 2].map((sequence) => ({
  sequence, log: 'raw', logSequence: sequence + 10, stage: 'score', reason: 'connection refused', atMs: 5, bytes: new TextEncoder().encode(`内容 ${sequence}`), replayedAtMs: sequence === 1 ? 9 : null,
}));

let server: TestGateway;
const replayed: number[] = [];
beforeAll(async () => {
  server = await startTestGateway({
    services: (services) => ({
      ...services,
      deadLetters: {
        list: async () => [...LETTERS],
        get: async (sequence) => {
          const found = LETTERS.find((letter) => letter.sequence === sequence);
          if (found === undefined) throw new TocsinError('not_found', 'There is no such dead letter.');
          return found;
        },
        replay: async (sequence) => (replayed.push(sequence), { sequence, outcome: 'replayed', items: 3 }),
      },
    }),
  });
});
afterAll(() => server.gateway.stop());

async function ask(path: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
  const response = await fetch(server.url + path, { method });
  return { status: response.status, body: await response.json() };
}

describe('dead letters over HTTP', () => {
  it('are listed newest first, without what they hold', async () => {
    const { bytes: _, ...newest } = LETTERS[1]!;
    expect(await ask('/v1/dead-letters?limit=1')).toEqual({ status: 200, body: { deadLetters: [{ ...newest, reasonZh: '连接被拒绝', bytes: 8 }] } });
  });

  it.each([['waiting', [2]], ['replayed', [1]]])('are listed by state: %s', async (state, sequences) => {
    const { body } = await ask(`/v1/dead-letters?state=${state}`);
    expect((body as { deadLetters: Letter[] }).deadLetters.map(({ sequence }) => sequence)).toEqual(sequences);
  });

  it('are shown one by one with what they hold', async () => {
    expect(await ask('/v1/dead-letters/2')).toMatchObject({ status: 200, body: { sequence: 2, content: '内容 2' } });
  });

  it('are replayed by their number', async () => {
    expect(await ask('/v1/dead-letters/2/replay', 'POST')).toEqual({ status: 200, body: { sequence: 2, outcome: 'replayed', items: 3 } });
    expect(replayed).toEqual([2]);
  });

  it.each([['/v1/dead-letters/9', 404], ['/v1/dead-letters/x', 404], ['/v1/dead-letters/0', 404], ['/v1/dead-letters?limit=0', 400], ['/v1/dead-letters?state=lost', 400]])('%s is answered %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });
});
