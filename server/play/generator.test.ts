import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import { createGenerator, type LabelledFeedback } from './generator.ts';
import type { Incident } from './incident.ts';
import { loadSampleData, type SampleData } from './sample-data.ts';
import { samplesFolder } from './samples-folder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, 00:00 in China. */
const MONDAY_MS = Date.UTC(2026, 10, 15, 16);

let data: SampleData;
beforeAll(async () => {
  data = await loadSampleData(samplesFolder());
});

function draw(count: number, seed = 1, incidents: readonly Incident[] = []): LabelledFeedback[] {
  const generator = createGenerator({ seed, data, incidents });
  return Array.from({ length: count }, (_, index) => generator.nextLabelled(MONDAY_MS + index * 1_000));
}

describe('the generator', () => {
  it('gives the same items for the same seed and others for another', () => {
    expect(draw(300, 11)).toEqual(draw(300, 11));
    expect(draw(300, 11).map(({ item }) => item.text)).not.toEqual(draw(300, 12).map(({ item }) => item.text));
  });

  it('stamps the given time, and numbered ids when a prefix is given', () => {
    const generator = createGenerator({ seed: 1, data, idPrefix: 'run' });
    expect(generator.next(MONDAY_MS)).toMatchObject({ id: 'run-1', createdAt: '2026-11-15T16:00:00.000Z' });
    expect(generator.next(MONDAY_MS)).toMatchObject({ id: 'run-2' });
    expect(createGenerator({ seed: 1, data }).next(MONDAY_MS).id).toBeUndefined();
  });

  it('leaves no slot or bracket unfilled and gives no label away', () => {
    for (const { item } of draw(20_000)) {
      expect(item.text).not.toMatch(/[{}|]|undefined/);
      expect(item.text.trim().length).toBeGreaterThan(0);
      expect(JSON.stringify(item)).not.toMatch(/sample(Category|Sentiment)/);
    }
  });

  it('keeps to the category mix, and reaches every category, channel, writing and sentiment', () => {
    const items = draw(40_000);
    const shares = Object.values(data.catalogue.mix).map(({ share }) => share);
    const sum = shares.reduce((total, share) => total + share, 0);
    for (const category of CATEGORY_IDS) {
      const share = items.filter((each) => each.category === category).length / items.length;
      expect(share).toBeCloseTo(data.catalogue.mix[category].share / sum, 1);
      expect(share).toBeGreaterThan(0.01);
    }
    expect(new Set(items.map(({ item }) => item.channel)).size).toBe(CHANNELS.length);
    const english = items.filter(({ item }) => !/\p{Script=Han}/u.test(item.text)).length / items.length;
    expect(english).toBeGreaterThan(0.15);
    expect(english).toBeLessThan(0.3);
    expect(items.filter(({ item }) => /[說這個還沒]/.test(item.text)).length / items.length).toBeGreaterThan(0.02);
  });

  it('repeats itself as customers do: some texts come twice, most never', () => {
    const texts = draw(5_000).map(({ item }) => item.text);
    const repeated = 1 - new Set(texts).size / texts.length;
    expect(repeated).toBeGreaterThan(0.005);
    expect(repeated).toBeLessThan(0.08);
  });

  it('sends nothing twice when repeats are turned off, save for what two people word alike', () => {
    const generator = createGenerator({ seed: 4, data, repeatShare: 0 });
    const items = Array.from({ length: 3_000 }, () => JSON.stringify(generator.next(MONDAY_MS)));
    expect(new Set(items).size).toBeGreaterThan(2_990);
  });

  it('names in its fields what the text names', () => {
    for (const { item } of draw(20_000)) {
      const named = data.catalogue.stores.find(({ zh }) => item.text.includes(zh));
      if (named !== undefined && item.text.includes(`${named.zh}结账`)) expect(item.store).toBe(named.zh);
      const product = data.catalogue.products.find(({ zh }) => item.text.startsWith(zh));
      if (product !== undefined) expect(item.product).toBe(product.zh);
      if (item.customer?.region !== undefined) expect(item.region).toBe(item.customer.region);
    }
  });

  it('gives what is wished for', () => {
    const generator = createGenerator({ seed: 2, data });
    for (let index = 0; index < 200; index += 1) {
      expect(generator.nextLabelled(MONDAY_MS, { category: 'account.login', sentiment: 'positive' })).toMatchObject({ category: 'account.login', sentiment: 'positive' });
    }
  });
});

describe('a scripted incident', () => {
  const parcels: Incident = { kind: 'late-parcels', fromMs: MONDAY_MS + 2 * HOUR_MS, toMs: MONDAY_MS + 4 * HOUR_MS, intensity: 3, region: '华东' };

  it('adds its share of complaints in its region while it lasts, and nothing before or after', () => {
    const generator = createGenerator({ seed: 6, data, incidents: [parcels] });
    const during = Array.from({ length: 4_000 }, () => generator.nextLabelled(parcels.fromMs));
    const ofIt = during.filter(({ incident }) => incident === parcels);
    // A repeated item keeps its incident, so that the share moves by as much as repeats do.
    expect(ofIt.length / during.length).toBeCloseTo(0.75, 1);
    for (const { item, category, sentiment } of ofIt) {
      expect(category).toBe('logistics');
      expect(sentiment).toBe('negative');
      expect(item.region).toBe('华东');
    }
    const quiet = createGenerator({ seed: 6, data, incidents: [parcels] });
    for (const atMs of [parcels.fromMs - 1, parcels.toMs]) expect(quiet.nextLabelled(atMs).incident).toBeUndefined();
  });

  it('names the release that crashes', () => {
    const crash: Incident = { kind: 'app-crash', fromMs: 0, toMs: 10, intensity: 1e9, version: '8.2.1' };
    const generator = createGenerator({ seed: 3, data, incidents: [crash] });
    const items = Array.from({ length: 300 }, () => generator.nextLabelled(5));
    expect(items.every(({ category }) => category === 'app.crash')).toBe(true);
    expect(items.every(({ item }) => item.attributes?.['appVersion'] === '8.2.1')).toBe(true);
    expect(items.filter(({ item }) => item.text.includes('8.2.1')).length).toBeGreaterThan(150);
  });

  it('comes on top of the ordinary traffic', () => {
    const countBetween = (incidents: readonly Incident[]): number =>
      [...createGenerator({ seed: 8, data, incidents }).between(parcels.fromMs, parcels.toMs, 3_000)].length;
    expect(countBetween([parcels]) / countBetween([])).toBeCloseTo(4, 0);
  });
});

describe('a stretch of time', () => {
  it('is in order, inside its bounds, and has the asked mean over a week', () => {
    const times = [...createGenerator({ seed: 5, data }).between(MONDAY_MS, MONDAY_MS + 7 * DAY_MS, 100)].map(({ createdAt }) => Date.parse(createdAt as string));
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times[0]).toBeGreaterThanOrEqual(MONDAY_MS);
    expect(times.at(-1)).toBeLessThan(MONDAY_MS + 7 * DAY_MS);
    expect(times.length / (7 * 24 * 100)).toBeCloseTo(1, 1);
  });

  it('is quiet at night and busy in the evening', () => {
    const times = [...createGenerator({ seed: 5, data }).between(MONDAY_MS, MONDAY_MS + 7 * DAY_MS, 100)].map(({ createdAt }) => Date.parse(createdAt as string));
    const inHours = (from: number, to: number): number => times.filter((atMs) => {
      const hour = Math.floor((atMs - MONDAY_MS) / HOUR_MS) % 24;
      return hour >= from && hour < to;
    }).length;
    expect(inHours(20, 23)).toBeGreaterThan(8 * inHours(2, 5));
  });

  it('is empty when it ends before it begins', () => {
    expect([...createGenerator({ seed: 5, data }).between(MONDAY_MS, MONDAY_MS, 100)]).toEqual([]);
    expect([...createGenerator({ seed: 5, data }).between(MONDAY_MS, MONDAY_MS - 1, 100)]).toEqual([]);
  });

  it('holds for any seed, start and zone', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(0, 5.5 * HOUR_MS, 8 * HOUR_MS, -3 * HOUR_MS), (seed, fromMs, utcOffsetMs) => {
      let before = fromMs;
      for (const { createdAt } of createGenerator({ seed, data, utcOffsetMs }).between(fromMs, fromMs + 3 * HOUR_MS, 20)) {
        const atMs = Date.parse(createdAt as string);
        expect(atMs).toBeGreaterThanOrEqual(before);
        expect(atMs).toBeLessThan(fromMs + 3 * HOUR_MS);
        before = atMs;
      }
    }), { numRuns: 15 });
  });
});
