import { beforeAll, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../../core/category.ts';
import { loadScorer } from '../../models/scorer.ts';
import { DEMO_MIX, planDemo, type DemoPlan, type PlannedItem } from './plan-demo.ts';
import { DEMO_LIMITS, DEMO_SEED } from './play-demo.ts';
import { loadSampleData, type SampleData } from './sample-data.ts';
import { samplesFolder } from './samples-folder.ts';

const TO_MS = Date.UTC(2026, 10, 23, 4);
const FROM_MS = TO_MS - DEMO_LIMITS.historyMs - DEMO_LIMITS.playMs;

let data: SampleData;
beforeAll(async () => {
  data = await loadSampleData(samplesFolder());
});

const plan = (seed = DEMO_SEED, shiftMs = 0): DemoPlan => planDemo({ seed, data, fromMs: FROM_MS + shiftMs, toMs: TO_MS + shiftMs, idPrefix: 'demo' });

describe('the script of the demo', () => {
  it('is in order of time, inside its day, with ids of its own', () => {
    const { history } = plan();
    const times = history.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times[0]).toBeGreaterThanOrEqual(FROM_MS);
    expect(times.at(-1)).toBeLessThan(TO_MS);
    expect(history.map(({ item }) => Date.parse(item.createdAt as string))).toEqual(times);
    expect(new Set(history.map(({ item }) => item.id)).size).toBe(history.length);
  });

  it('is quiet first: the incident begins past the middle and every one of its items is a complaint about parcels', () => {
    const { history } = plan();
    const first = history.find(({ incident }) => incident) as PlannedItem;
    expect((first.atMs - FROM_MS) / (TO_MS - FROM_MS)).toBeGreaterThan(0.55);
    expect(history.filter(({ incident }) => incident).length).toBe(DEMO_MIX.incident);
    expect(new Set(history.filter(({ incident }) => incident).map(({ item }) => item.region))).toEqual(new Set(['华东']));
  });

  it('holds the same items for the same seed at every hour, and others for another seed', () => {
    const texts = (made: DemoPlan): string[] => made.history.map(({ item }) => item.text).sort();
    expect(texts(plan(DEMO_SEED, 5 * 3_600_000))).toEqual(texts(plan()));
    expect(texts(plan(DEMO_SEED + 1))).not.toEqual(texts(plan()));
  });

  it('goes on live with other items at the asked time', () => {
    const { nextLive } = plan();
    const items = Array.from({ length: 50 }, (_, index) => nextLive(TO_MS + index * 1_000));
    expect(items[3]?.createdAt).toBe(new Date(TO_MS + 3_000).toISOString());
    expect(new Set(items.map(({ id }) => id)).size).toBe(50);
    expect(new Set(items.map(({ text }) => text)).size).toBeGreaterThan(40);
  });

  it('rings once by the shipped model: logistics passes 50 near the end, escalates to nothing, and no other category comes near', async () => {
    const scorer = await loadScorer();
    const { history } = plan();
    const scores = await scorer.score(history.map(({ item }) => (typeof item.rating === 'number' ? { text: item.text, rating: item.rating } : { text: item.text })));
    scorer.dispose();
    const counts = new Map<string, number>();
    let fiftiethAt: number | undefined;
    for (const [index, score] of scores.entries()) {
      if (!score.complaint) continue;
      for (const { id } of score.categories) counts.set(id, (counts.get(id) ?? 0) + 1);
      if (counts.get('logistics') === 50) fiftiethAt ??= ((history[index] as PlannedItem).atMs - FROM_MS) / (TO_MS - FROM_MS);
    }
    expect(counts.get('logistics')).toBeGreaterThanOrEqual(55);
    expect(counts.get('logistics')).toBeLessThan(95);
    expect(fiftiethAt).toBeGreaterThan(0.8);
    for (const category of CATEGORY_IDS.filter((id) => id !== 'logistics')) expect([category, (counts.get(category) ?? 0) < 40]).toEqual([category, true]);
  });
});
