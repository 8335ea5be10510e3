import type { Subscription } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceQuestion, levelQuestion } from '../../alerts/evidence/evidence-question.ts';
import { askEvidence, proveAlert } from '../../alerts/evidence/prove-alert.ts';
import { recount } from '../../alerts/evidence/evidence.ts';
import { KINDS_SEED, playKinds } from '../../alerts/evidence/testing/kinds-history.ts';
import { foldAlert } from '../../alerts/list/alert-record.ts';
import type { AlertOpened } from '../../core/alert.ts';
import type { LabelRecord } from '../../core/label.ts';
import type { OperationAct } from '../../core/operation.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { eraseCustomer } from '../../stream/store/erase-customer.ts';
import { findTouchedAlerts } from '../../stream/store/find-touched-alerts.ts';
import { findPastAlert } from '../../stream/store/past-alerts.ts';
import { RECORD_TABLES } from '../../stream/store/record-rows.ts';
import { storeRecords } from '../../stream/store/store-records.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import type { Customers, FeedbackLabels } from '../gateway/services.ts';
import { startCorrections, type Corrections } from './corrections.ts';
import { evidenceOf, windowReader } from './evidence-services.ts';
import { customersOf } from './store-services.ts';

/** Time passes so many times as fast, so that nobody waits for the seconds in which touched alerts are gathered. */
const FAST = 50;
/** Dozens of windows are read again one after the other; on a machine full of other work each may take seconds. */
const WAIT = { timeout: 240_000, interval: 50 };
const STEP_MS = 500_000;
/** Years after the alerts: nothing of them is in memory. */
const NOW_MS = Date.UTC(2028, 0);

type Correction = Extract<OperationAct, { kind: 'correct' }>;

let storage: TemporaryStore;
let bus: MemoryBus;
let scored: string;
let running: Subscription[];
let corrections: Corrections | undefined;
let sequence: number;
/** Customers who say the topic. */
let saying: string[];
const told: Correction[] = [];
const warnings: string[] = [];
const startedMs = Date.now();
const clock = { nowMs: () => NOW_MS + (Date.now() - startedMs) * FAST };
const timers = {
  after(delayMs: number, act: () => void) {
    const timer = setTimeout(act, delayMs / FAST);
    return () => clearTimeout(timer);
  },
  soon: (act: () => void) => timers.after(0, act),
};
const { rows, events } = playKinds();
const opened = events.filter((event): event is AlertOpened => event.kind === 'opened');
const labels = { set: async () => ({ outcome: 'kept' }) } as unknown as FeedbackLabels;
const customers: Customers = { erase: (workspace, customerId) => customersOf(storage.store, clock).erase(workspace, customerId) };

function watch(): Corrections {
  const { store } = storage;
  const evidence = evidenceOf({
    alerts: { get: () => undefined }, past: (id) => findPastAlert(store, id), window: windowReader(bus, store),
    desk: {
      incident: () => undefined, past: async () => null,
      async submit({ act }) {
        if (act.kind === 'correct') told.push(act);
        return { operationId: '', done: true };
      },
    },
  });
  return startCorrections({ clock, logger: { warn: ((_: object, message: string) => warnings.push(message)) as never } }, { bus, store, alerts: { list: () => [] }, evidence, labels, customers, timers });
}

/** What an alert of a rule that counts complaints of a channel counted, oldest first. */
const countedBy = (alert: AlertOpened): StoredItem[] => rows
  .filter(({ createdAtMs, sequence: at, duplicateOf, score, item }) => createdAtMs > alert.basis!.windowEndMs - alert.windowMs + 1 && createdAtMs <= alert.basis!.windowEndMs && at <= alert.sequence && duplicateOf === undefined && score.complaint && item.channel === alert.group['channel'])
  .sort((a, b) => a.createdAtMs - b.createdAtMs);

/** Like an item that an alert counted, which comes hours after it was said. */
function lateFor(alert: AlertOpened, id: string): StoredItem {
  const like = countedBy(alert)[0]!;
  const createdAtMs = like.createdAtMs - 1;
  return { ...like, sequence: (sequence += 1), index: 0, createdAtMs, item: { ...like.item, id, createdAtMs, receivedAtMs: createdAtMs + 5 * 3_600_000, customer: { id: `late-${id}` } } };
}
const insert = (items: StoredItem[]): Promise<void> => new ClickHouseWriter(storage.store).insert(items, scored, `at-${items[0]!.sequence}`);
const firstOf = (ruleId: string): AlertOpened => opened.find((event) => event.ruleId === ruleId)!;
/** The number of the moment that it told of, as it stands now. */
const nowOf = async (alert: AlertOpened): Promise<number> => {
  const asked = askEvidence((await findPastAlert(storage.store, alert.alertId))!.alert, () => undefined);
  if (!asked.ok) throw new Error(asked.why.en);
  return (await proveAlert(windowReader(bus, storage.store), asked)).countedAsOf;
};
const toldOf = (alert: AlertOpened): Correction[] => told.filter(({ target }) => target === alert.alertId);

beforeAll(async () => {
  storage = await temporaryStore();
  bus = new MemoryBus({ clock });
  scored = (await bus.log('scored').info()).identity;
  sequence = Math.max(...rows.map((row) => row.sequence));
  for (const event of events) await bus.log('alerts').append(encodeJson('alert', event), event.id);
  running = RECORD_TABLES.map((table) => storeRecords({ store: storage.store, table, log: bus.log(table.log), telemetry: () => undefined, warn: (message) => warnings.push(message) }).subscribe());
  await insert(rows);
  await vi.waitFor(async () => expect(Number((await storage.store.select('SELECT max(log_sequence) FROM tocsin.alert_windows'))[0]?.[0])).toBe(events.length), WAIT);
}, STEP_MS);
afterAll(async () => {
  corrections?.stop();
  for (const each of running) each.unsubscribe();
  await storage.dispose();
});

/** Steps of one story: each goes on from where the one before it ended. */
describe(`alerts of twelve days that no list holds any more, seed ${KINDS_SEED},`, () => {
  it('are found by their items as going through all of them finds them, with the composites over them', async () => {
    const window = (items: StoredItem[]) => ({ read: async (query: { afterMs: number; upToMs: number; after: unknown; log: { side: string } }) => (query.after === null && query.log.side === 'up-to' ? items.filter(({ createdAtMs }) => createdAtMs > query.afterMs && createdAtMs <= query.upToMs) : []) });
    let found = 0;
    for (let at = 0; at < rows.length; at += 37) {
      const row = rows[at]!;
      if (row.duplicateOf !== undefined) continue;
      const naive = new Set<string>();
      for (const event of events) {
        const { alertId } = event;
        const alert = foldAlert(undefined, event)!;
        const asked = event.kind === 'opened' ? evidenceQuestion(alert) : { ok: false as const };
        const level = event.kind === 'escalated' ? levelQuestion(alert) : null;
        for (const question of [...(asked.ok ? [asked.question, ...asked.others] : []), ...(level === null ? [] : [level])].filter(({ part }) => part === 'count' || part === 'level' || part === 'volume' || part.startsWith('earlier-'))) {
          const { topic, ...rest } = question;
          if ((await recount(window([row]), { ...rest, counts: 'items', ...(topic === undefined ? {} : { topic: { ...topic, since: null } }) })).counted > 0) naive.add(alertId);
        }
      }
      for (let more = true; more;) {
        const over = opened.filter(({ alertId, measure }) => !naive.has(alertId) && measure?.kind === 'composite' && measure.members.some((member) => naive.has(member.alertId)));
        for (const { alertId } of over) naive.add(alertId);
        more = over.length > 0;
      }
      const touched = await findTouchedAlerts(storage.store, 'shop', [{ stored: row, scores: [row.score] }]);
      expect(touched.toSorted(), row.item.id).toEqual([...naive].sort());
      found += touched.length;
    }
    expect(found).toBeGreaterThan(20);
  }, STEP_MS);

  it('are corrected for an item that comes late, and those that it does not count in are left alone', async () => {
    corrections = watch();
    // The place from which it is watched is kept once the store was asked.
    await expect.poll(async () => (await bus.keyValue('corrections').entries()).size, WAIT).toBe(1);
    const alert = firstOf('held');
    const [late, before] = [lateFor(alert, 'first'), await nowOf(alert)];
    await insert([late]);
    await expect.poll(() => toldOf(alert).length, WAIT).toBe(1);
    expect(toldOf(alert)[0]).toMatchObject({ countThen: alert.count, countNow: before + 1, stillFires: true });
    const touched = await findTouchedAlerts(storage.store, 'shop', [{ stored: late, scores: [late.score] }]);
    expect(told.every(({ target }) => touched.includes(target))).toBe(true);
  }, STEP_MS);

  it('are corrected for an item that somebody labels', async () => {
    const alert = firstOf('safety');
    const item = rows.find((row) => row.sequence === alert.sequence && row.index === alert.basis!.itemIndex)!;
    const held = opened.find((event) => event.ruleId === 'held' && event.alertId !== firstOf('held').alertId) ?? firstOf('held');
    const counted = countedBy(held)[0]!;
    const [before, unlabelled] = [toldOf(held).length, await nowOf(alert)];
    const label = (id: string, feedbackId: string): LabelRecord => ({ id, workspace: 'shop', feedbackId, text: '', by: 'u1', atMs: NOW_MS, labels: { complaint: false } });
    for (const record of [label('l1', counted.item.id), label('l2', item.item.id)]) await bus.log('labels').append(encodeJson('label', record), record.id);
    await expect.poll(() => toldOf(held).length, WAIT).toBeGreaterThan(before);
    expect(toldOf(held).at(-1)!.why.zh).toContain('人工标注');
    // What decides that rule is the text, which no label changes; the item that came late may be among its items.
    expect(await nowOf(alert)).toBe(unlabelled);
    expect(toldOf(alert).filter(({ countNow }) => countNow !== unlabelled)).toEqual([]);
  }, STEP_MS);

  it('are corrected when a customer is erased, without a word that they should not have fired', async () => {
    const alert = firstOf('topic');
    const { topic, windowEndMs } = alert.basis!;
    saying = rows.filter((row) => row.createdAtMs > windowEndMs - alert.windowMs && row.createdAtMs <= windowEndMs && row.sequence <= alert.sequence && row.duplicateOf === undefined && row.item.text.includes(topic!.term)).map(({ item }) => item.customer!.id!);
    const before = await nowOf(alert);
    await corrections!.customers.erase('shop', saying[0]!);
    await expect.poll(() => toldOf(alert).length, WAIT).toBe(1);
    expect(toldOf(alert)[0]).toMatchObject({ countThen: alert.count, countNow: before - 1, erased: true, stillFires: true });
    expect(toldOf(alert)[0]!.why.zh).toContain('按要求删除');
  }, STEP_MS);

  it('are corrected for what came, and whom somebody erased, while nobody watched', async () => {
    corrections!.stop();
    const alert = firstOf('part');
    const before = toldOf(alert).length;
    await insert([lateFor(alert, 'second')]);
    const topic = firstOf('topic');
    const ofTopic = toldOf(topic).at(-1)!.countNow;
    await eraseCustomer(storage.store, { workspace: 'shop', customerId: saying.find((id) => id !== saying[0])!, actor: 'u1', atMs: clock.nowMs() });
    corrections = watch();
    await expect.poll(() => toldOf(alert).length, WAIT).toBeGreaterThan(before);
    await expect.poll(() => toldOf(topic).at(-1)!.countNow, WAIT).toBe(ofTopic - 1);
    expect(warnings).toEqual([]);
  }, STEP_MS);
});
