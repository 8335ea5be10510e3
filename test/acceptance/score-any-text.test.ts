import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Score } from '../../core/score.ts';
import { postJson } from '../support/http.ts';
import { startServer } from '../support/start-server.ts';

const TEXTS_PER_REQUEST = 250;
const RANDOM_TEXTS = 2_000;

describe('POST /v1/score of any text', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.dispose());

  const scoresOf = async (texts: string[]): Promise<Score[]> => {
    const { status, body } = await postJson<{ results: Score[]; detail?: string }>(`${server.url}/v1/score`, { texts });
    expect([status, body.detail]).toEqual([200, undefined]);
    expect(body.results).toHaveLength(texts.length);
    return body.results;
  };
  /** JSON has no NaN: it would come as null. */
  const faultsOf = (score: Score): string[] => {
    const numbers = [...Object.values(score.probabilities), ...score.starProbabilities, score.complaintProbability, ...score.categories.map(({ probability }) => probability)];
    return [
      ...(numbers.every((value) => typeof value === 'number' && value >= 0 && value <= 1) ? [] : ['a probability']),
      ...(score.starProbabilities.length === 5 && score.stars >= 1 && score.stars <= 5 ? [] : ['stars']),
      ...(score.categories.length > 0 ? [] : ['no category']),
      ...(score.keywords.every((keyword) => typeof keyword === 'string' && keyword !== '') ? [] : ['a keyword']),
    ];
  };

  it('answers 2,000 random texts of any Unicode', async () => {
    const texts: string[] = fc.sample(fc.string({ unit: 'binary', maxLength: 200 }), { numRuns: RANDOM_TEXTS, seed: 20_260 });
    let answered = 0;
    for (let from = 0; from < texts.length; from += TEXTS_PER_REQUEST) {
      const scores = await scoresOf(texts.slice(from, from + TEXTS_PER_REQUEST));
      expect(scores.flatMap(faultsOf)).toEqual([]);
      answered += scores.length;
    }
    expect(answered).toBe(RANDOM_TEXTS);
  });

  it.each([
    ['nothing', ''], ['white space', ' \n\t\u3000'], ['emoji only', '😡😡👍🏽👨‍👩‍👧‍👦🇨🇳'], ['one mark', '!'], ['100 kB of Chinese', '太慢了,'.repeat(10_000)],
    ['100 kB of one letter', 'a'.repeat(100_000)], ['combining marks', `e${'\u0301'.repeat(5_000)}`], ['NUL bytes', '\u0000坏了\u0000'],
  ])('answers %s', async (_, text) => {
    const [score] = await scoresOf([text]);
    expect(faultsOf(score!)).toEqual([]);
  });

  it('answers a longer text than may be posted with a sentence that names it', async () => {
    const answer = await postJson<{ code: string; detail: string }>(`${server.url}/v1/score`, { texts: ['好', '慢'.repeat(200_001)] });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', detail: expect.stringContaining('texts.1') } });
  });
});
