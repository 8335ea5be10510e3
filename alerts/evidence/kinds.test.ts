import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertOpened } from '../../core/alert.ts';
import type { OperationAct } from '../../core/operation.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { evidenceOf } from '../../server/app/evidence-services.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { windowItems } from '../../stream/store/window-items.ts';
import { applyAlertEvent, emptyAlertList } from '../list/apply-alert-event.ts';
import type { AlertWithTimeline } from '../list/alert-record.ts';
import type { Findings } from '../reason/findings.ts';
import type { ReadWindow } from './evidence.ts';
import { askEvidence, proveAlert } from './prove-alert.ts';
import { KINDS_RULES, KINDS_SEED, playKinds } from './testing/kinds-history.ts';

const LOG_ID = 'log-1';

let storage: TemporaryStore;
let window: ReadWindow;
const rows: StoredItem[] = [];
const opened: AlertOpened[] = [];
const alerts = emptyAlertList();
const alertOf = (id: string): AlertWithTimeline | undefined => alerts.open.get(id) ?? alerts.closed.get(id);

beforeAll(async () => {
  storage = await temporaryStore();
  window = { read: (query) => windowItems(storage.store, { ...query, log: { ...query.log, id: LOG_ID } }) };
  const history = playKinds();
  rows.push(...history.rows);
  for (const event of history.events) {
    applyAlertEvent(alerts, event);
    if (event.kind === 'opened') opened.push(event);
  }
  await new ClickHouseWriter(storage.store).insert(rows, LOG_ID, 'all');
});
afterAll(() => storage.dispose());

const askOf = (alertId: string) => {
  const asked = askEvidence(alertOf(alertId)!, alertOf);
  if (!asked.ok) throw new Error(asked.why.en);
  return asked;
};
const firstOf = (ruleId: string): AlertOpened => opened.find((event) => event.ruleId === ruleId)!;

describe(`evidence of every kind of rule, seed ${KINDS_SEED},`, () => {
  it('is equal when counted again in ClickHouse, for each number that an alert rests on', async () => {
    expect([...new Set(opened.map(({ ruleId }) => ruleId))].sort()).toEqual(KINDS_RULES.map(({ id }) => id).sort());
    for (const { alertId, ruleId, count } of opened) {
      const { outcome, claimed, parts, missing, counts } = await proveAlert(window, askOf(alertId));
      expect({ ruleId, outcome, missing, differing: parts.filter((part) => part.outcome !== 'equal') }).toEqual({ ruleId, outcome: 'equal', missing: [], differing: [] });
      if (counts !== 'alerts') expect(claimed).toBe(count);
    }
  });

  it('has what each kind was held against: the volume, the earlier windows, the last word, the members', () => {
    const ids = (ruleId: string): string[] => askOf(firstOf(ruleId).alertId).parts.map(({ id }) => id);
    expect(ids('part')).toEqual(['count', 'volume']);
    expect(ids('surge').slice(0, 4)).toEqual(['count', 'earlier-1', 'earlier-2', 'earlier-3']);
    expect(ids('silent')[0]).toBe('count');
    expect(ids('silent')).toContain('earlier-3');
    expect(opened.filter(({ ruleId }) => ruleId === 'silent').some(({ alertId }) => askOf(alertId).parts.some(({ id }) => id === 'last'))).toBe(true);
    expect(ids('topic')).toEqual(['count']);
    const both = firstOf('both');
    const members = both.measure?.kind === 'composite' ? both.measure.members : [];
    expect(members.length).toBeGreaterThan(1);
    expect(ids('both')).toEqual(expect.arrayContaining(members.map(({ alertId }) => `${alertId}/count`)));
    // Of a composite over a composite those at the bottom.
    expect(askOf(firstOf('twice').alertId).parts.every(({ ruleId }) => ['part', 'held', 'surge'].includes(ruleId))).toBe(true);
  });

  it('lists the very items over the pages of all members, those of the volume where it is asked for, and refuses another part', async () => {
    const evidence = evidenceOf({ alerts: { get: alertOf }, window, desk: { incident: () => undefined, submit: async () => ({ operationId: '', done: false }) } });
    const list = async (alertId: string, part?: string): Promise<string[]> => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = (await evidence.items(alertId, { limit: 4, ...(cursor === undefined ? {} : { cursor }), ...(part === undefined ? {} : { part }) }))!;
        expect(page.items.length).toBeLessThanOrEqual(4);
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return ids;
    };
    const both = firstOf('both');
    const members = both.measure?.kind === 'composite' ? both.measure.members : [];
    const claimed = members.reduce((sum, { alertId }) => sum + alertOf(alertId)!.opening!.count, 0);
    expect(await list(both.alertId)).toHaveLength(claimed);
    const part = firstOf('part');
    const volume = part.measure?.kind === 'share' ? part.measure.volume : 0;
    const [matching, all] = [await list(part.alertId), await list(part.alertId, 'volume')];
    expect([matching.length, all.length]).toEqual([part.count, volume]);
    expect(all).toEqual(expect.arrayContaining(matching));
    const topic = firstOf('topic');
    const said = await list(topic.alertId);
    expect(said).toHaveLength(topic.measure?.kind === 'newTopic' ? topic.measure.items : 0);
    expect(said.every((id) => rows.find(({ item }) => item.id === id)!.item.text.includes('漏'))).toBe(true);
    await expect(evidence.items(part.alertId, { limit: 4, part: 'earlier-9' })).rejects.toThrow('the alert has no part earlier-9; it has count, volume');
    await expect(evidence.items(part.alertId, { limit: 4, cursor: 'x' })).rejects.toThrow('The cursor is not one');
  });

  it('has the level that an alert reached, and corrects it where the store comes to fewer than it asks for', async () => {
    const stepped = [...alerts.open.values(), ...alerts.closed.values()].filter(({ ruleId, level }) => ruleId === 'stepped' && level !== undefined);
    expect([...new Set(stepped.map(({ level }) => level!.severity))].sort()).toEqual(['critical', 'warning']);
    for (const { alertId, level } of stepped) {
      const { outcome, parts } = await proveAlert(window, askOf(alertId));
      expect([outcome, parts.find(({ id }) => id === 'level')]).toMatchObject(['equal', { outcome: 'equal', claimed: level!.count }]);
      expect(level!.count).toBeGreaterThanOrEqual(level!.levelAt);
    }
    const one = stepped.find(({ level }) => level!.severity === 'critical')!;
    const told: OperationAct[] = [];
    const lacking: ReadWindow = { read: async (query) => (await window.read(query)).filter(({ item, createdAtMs }) => createdAtMs <= one.opening!.atMs || item.channel !== one.group['channel']) };
    const evidence = evidenceOf({ alerts: { get: alertOf }, window: lacking, desk: { incident: () => undefined, submit: async ({ act }) => { told.push(act); return { operationId: '', done: true }; } } });
    expect(await evidence.verify(one.alertId, 'on-call')).toMatchObject({ outcome: 'differs', corrected: true });
    expect(told.filter((act) => act.kind === 'correct' && act.level !== undefined)).toMatchObject([{ kind: 'correct', level: 'critical', countThen: one.level!.count, stillFires: false }]);
  });

  it('says on request what the items have in common, or why it cannot, as a page does', async () => {
    const [part, silent] = [firstOf('part'), firstOf('silent')];
    const asked: string[] = [];
    const found: Findings = {
      items: 9, count: 9, baseline: 300, facets: [{ kind: 'term', field: '', value: '漏液', count: 7, of: 9, usualShare: 0.01 }], newTerms: [], quotes: [], nearDuplicates: 0,
      trend: { bucketMs: 600_000, counts: [1, 2, 6] }, pace: { spanMs: 600_000, latest: 6, before: 2 }, models: ['m-1'],
    };
    const evidence = evidenceOf({
      alerts: { get: alertOf }, window, desk: { incident: () => undefined, submit: async () => ({ operationId: '', done: false }) },
      past: async (id) => ({ alert: alertOf(id)!, opened: opened.find(({ alertId }) => alertId === id) ?? null }),
      findings: async ({ event }) => {
        asked.push(event.ruleId);
        return event.ruleId === 'silent' ? null : found;
      },
    });
    const said = (await evidence.reason(part.alertId))!;
    expect(said).toMatchObject({ state: 'found', models: ['m-1'], trend: { sparkline: expect.any(String) as string } });
    expect(JSON.stringify(said)).toContain('漏液');
    expect(await evidence.reason(silent.alertId)).toEqual({ state: 'too-few' });
    expect(asked).toEqual(['part', 'silent']);
  });

  it('says which number differs where the store lacks an item, and sends a correction', async () => {
    const part = firstOf('part');
    const told: string[] = [];
    const lacking: ReadWindow = { read: async (query) => (await window.read(query)).filter(({ item }) => item.id !== part.quotes[0]!.id) };
    const evidence = evidenceOf({ alerts: { get: alertOf }, window: lacking, desk: { incident: () => undefined, submit: async ({ act }) => { if (act.kind === 'correct') told.push(act.why.zh); return { operationId: '', done: true }; } } });
    const proof = (await evidence.verify(part.alertId, 'on-call'))!;
    expect(proof).toMatchObject({ outcome: 'differs', corrected: true, counted: part.count - 1 });
    expect(proof.parts.find(({ id }) => id === 'volume')).toMatchObject({ outcome: 'differs' });
    expect(told[0]).toContain('占比的分母：存储中为');
  });
});
