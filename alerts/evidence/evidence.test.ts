import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertOpened } from '../../core/alert.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { Prng } from '../../server/play/prng.ts';
import { createState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { LogScript, makeItem, makeRule, MINUTE_MS, START_MS } from '../../stream/counter/testing/entries.ts';
import type { CategoryId } from '../../core/category.ts';
import type { Labels } from '../../core/label.ts';
import { labelRow } from '../../stream/store/labels.ts';
import { relabelledItems } from '../../stream/store/relabelled-items.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { windowItems } from '../../stream/store/window-items.ts';
import { applyAlertEvent, emptyAlertList } from '../list/apply-alert-event.ts';
import { evidenceQuestion } from './evidence-question.ts';
import { readEvidence, recount, type ReadWindow } from './evidence.ts';

const SEED = 11;
const FRAMES = 300;
const CATEGORIES = ['logistics', 'quality', 'refund'];
const LOG_ID = 'log-1';

let storage: TemporaryStore;
let window: ReadWindow;
const rows: StoredItem[] = [];
const opened: AlertOpened[] = [];
const alerts = emptyAlertList();

/** Frames of a few items, some late by up to the whole window, counted by the product's counter and stored in ClickHouse. */
beforeAll(async () => {
  storage = await temporaryStore();
  window = { read: (query) => windowItems(storage.store, { ...query, log: { ...query.log, id: LOG_ID } }) };
  const random = new Prng(SEED);
  const log = new LogScript();
  const state = createState({});
  const rules = [
    makeRule({ id: 'burst', windowMs: 5 * MINUTE_MS, fireAt: 12, resolveBelow: 8 }),
    makeRule({ id: 'short', windowMs: MINUTE_MS, fireAt: 17, resolveBelow: 17 }),
    makeRule({ id: 'by-store', where: 'complaint && stars <= 1', groupBy: ['store', 'category'], windowMs: 10 * MINUTE_MS, fireAt: 9, resolveBelow: 9 }),
    makeRule({ id: 'customers', windowMs: 5 * MINUTE_MS, fireAt: 6, resolveBelow: 4, of: 'customers' }),
    makeRule({ id: 'probability', groupBy: [], windowMs: 5 * MINUTE_MS, fireAt: 15, resolveBelow: 10, of: 'probability' }),
  ];
  let nowMs = START_MS;
  const take = (entry: Parameters<typeof step>[1]): void => {
    const { rows: counted, events } = step(state, entry);
    rows.push(...counted);
    for (const event of events) {
      applyAlertEvent(alerts, event);
      if (event.kind === 'opened') opened.push(event);
    }
  };
  take(log.rules(nowMs, rules));
  for (let frame = 0; frame < FRAMES; frame += 1) {
    nowMs += random.between(500, 9_000);
    const items: ScoredItem[] = Array.from({ length: random.between(1, 9) }, (_, index) => makeItem({
      id: `f-${frame}-${index}`, workspace: 'shop', store: String(random.below(2)), customer: { id: `c-${random.below(30)}` },
      createdAtMs: nowMs - (random.chance(0.2) ? random.below(4 * MINUTE_MS) : random.below(2_000)),
      score: { complaint: random.chance(0.8), stars: random.between(1, 2), complaintProbability: random.below(1_000) / 1_000, categories: [{ id: random.pick(CATEGORIES), probability: 0.9, decidedBy: 'model' }] },
    }));
    take(log.frame(nowMs, items));
  }
  await new ClickHouseWriter(storage.store).insert(rows, LOG_ID, 'all');
});
afterAll(() => storage.dispose());

const questionOf = (alertId: string) => {
  const answer = evidenceQuestion(alerts.open.get(alertId) ?? alerts.closed.get(alertId)!);
  if (!answer.ok) throw new Error(answer.why.en);
  return answer.question;
};

describe(`evidence, seed ${SEED},`, () => {
  it('is equal for every alert of every kind that counts in one window, late ones included', async () => {
    const kinds = new Set(opened.map(({ ruleId }) => ruleId));
    expect([...kinds].sort()).toEqual(['burst', 'by-store', 'customers', 'probability', 'short']);
    expect(opened.some(({ late }) => late)).toBe(true);
    for (const { alertId, ruleId, count, late } of opened) {
      const { outcome, claimed, counted } = await recount(window, questionOf(alertId));
      expect({ ruleId, late, outcome, claimed, counted }).toEqual({ ruleId, late, outcome: 'equal', claimed: count, counted: count });
    }
  });

  it('lists the very items, page by page, each once and the last one that fired among them', async () => {
    const alert = opened.find(({ ruleId }) => ruleId === 'burst')!;
    const question = questionOf(alert.alertId);
    const ids: string[] = [];
    let after: { createdAtMs: number; id: string } | null = null;
    do {
      const page = await readEvidence(window, question, { after, limit: 5 });
      expect(page.items.length).toBeLessThanOrEqual(5);
      ids.push(...page.items.map(({ item }) => item.id));
      after = page.next;
    } while (after !== null);
    const expected = rows.filter((row) => (row.sequence < alert.sequence || (row.sequence === alert.sequence && row.index <= alert.basis!.itemIndex!))
      && row.createdAtMs > alert.basis!.windowEndMs - alert.windowMs && row.createdAtMs <= alert.basis!.windowEndMs
      && row.score.complaint && row.score.categories[0]!.id === alert.group['category']).map(({ item }) => item.id);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect(ids).toHaveLength(alert.count);
    expect(ids).toContain(rows.find((row) => row.sequence === alert.sequence && row.index === alert.basis!.itemIndex)!.item.id);
  });

  it('says what came later, and what the store lacks', async () => {
    const alert = opened.find(({ ruleId, alertId }) => ruleId === 'burst' && rows.some((row) => row.sequence > alertSequence(alertId)))!;
    const question = questionOf(alert.alertId);
    const later = (id: string, createdAtMs: number, lateMs: number): StoredItem => ({ ...rows[0]!, sequence: 10_000, index: 0, createdAtMs, item: { ...rows[0]!.item, id, createdAtMs, receivedAtMs: createdAtMs + lateMs }, score: { ...rows[0]!.score, complaint: true, categories: [{ id: alert.group['category']!, probability: 0.9, decidedBy: 'model' }] } });
    const before = await recount(window, question);
    await new ClickHouseWriter(storage.store).insert([later('very-late', question.asOfMs - 1, 10_000)], LOG_ID, 'late');
    const after = await recount(window, question);
    expect(after).toMatchObject({ outcome: 'equal', cameLater: before.cameLater + 1, cameLate: before.cameLate + 1, countedAsOf: before.countedAsOf + 1, countedNow: before.countedNow + 1 });
    expect(after.why.en).toContain('came late');
    // What came in time, and what is newer than anything that was counted then, has grown since.
    await new ClickHouseWriter(storage.store).insert([later('in-time', question.asOfMs - 1, 900)], LOG_ID, 'in-time');
    const grown = await recount(window, question);
    expect(grown).toMatchObject({ outcome: 'equal', cameLater: after.cameLater + 1, cameLate: after.cameLate, countedAsOf: after.countedAsOf, countedNow: after.countedNow + 1 });
    expect(grown.why).toMatchObject({ zh: expect.stringContaining('增长，不是更正') as string, en: expect.stringContaining('growth, no correction') as string });
    const lacking: ReadWindow = { read: async (query) => (await window.read(query)).slice(1) };
    expect(await recount(lacking, question)).toMatchObject({ outcome: 'differs', reason: 'fewer', claimed: alert.count, counted: alert.count - 1 });
    expect(await recount(lacking, question, question.afterMs + 1)).toMatchObject({ outcome: 'differs', reason: 'past-keeping-time' });
  });

  it('comes to another number where people labelled items otherwise, out of the group and into it', async () => {
    const alert = opened.find(({ ruleId }) => ruleId === 'burst')!;
    const question = questionOf(alert.alertId);
    const category = alert.group['category']!;
    const before = await recount(window, question);
    const inWindow = rows.filter((row) => row.createdAtMs > question.afterMs && row.createdAtMs <= question.upToMs && row.item.workspace === question.workspace && row.duplicateOf === undefined);
    const counts = (row: StoredItem): boolean => row.score.complaint && row.score.categories.some(({ id }) => id === category);
    const [out, into] = [inWindow.filter(counts).slice(0, 2), inWindow.filter((row) => !row.score.complaint)];
    expect(out).toHaveLength(2);
    const label = (row: StoredItem, labels: Labels, number: number): object => labelRow({ id: `l-${row.item.id}-${number}`, workspace: row.item.workspace, feedbackId: row.item.id, text: '', by: 'u1', atMs: number, labels });
    const insert = async (...labelled: object[]): Promise<void> => storage.store.insert(`INSERT INTO ${storage.store.database}.labels FORMAT JSONEachRow`, Buffer.from(labelled.map((row) => JSON.stringify(row)).join('\n')));
    const asked: ReadWindow = { ...window, relabelled: (query) => relabelledItems(storage.store, { ...query, log: { ...query.log, id: LOG_ID } }) };
    await insert(...out.map((row, index) => label(row, { complaint: false }, index)));
    const after = await recount(asked, question);
    expect(after).toMatchObject({ outcome: 'equal', counted: before.counted, cameLater: before.cameLater, countedNow: before.countedNow - 2 });
    expect(after.why.zh).toContain('人工标注');
    // The last word counts.
    await insert(label(out[0]!, { complaint: true }, 9), ...into.slice(0, 1).map((row) => label(row, { complaint: true, categories: [category as CategoryId] }, 9)));
    expect((await recount(asked, question)).countedNow).toBe(before.countedNow - 1 + Math.min(1, into.length));
  });

  it('cannot be asked of an alert whose opening is gone, or of a rule over other alerts', () => {
    const alert = { ...alerts.closed.values().next().value!, opening: null };
    expect(evidenceQuestion(alert)).toMatchObject({ ok: false });
    expect(evidenceQuestion({ ...alert, opening: { ...opened[0]!, measure: { kind: 'composite', members: [] } } })).toMatchObject({ ok: false });
  });
});

function alertSequence(alertId: string): number {
  return opened.find((alert) => alert.alertId === alertId)!.sequence;
}
