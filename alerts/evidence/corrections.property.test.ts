import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertOpened } from '../../core/alert.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { createState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { LogScript, makeItem, makeRule, MINUTE_MS, START_MS } from '../../stream/counter/testing/entries.ts';
import { applyAlertEvent, emptyAlertList } from '../list/apply-alert-event.ts';
import { evidenceQuestion } from './evidence-question.ts';
import { recount, type ReadWindow } from './evidence.ts';

const RULE = makeRule({ windowMs: 10 * MINUTE_MS, fireAt: 8, resolveBelow: 5, where: 'complaint' });
const LATE_MS = 10_000;

/** Each item: how long after the one before it is said, how late it comes, whether it is a complaint, and what a person says of it. */
const item = fc.record({
  gapMs: fc.integer({ min: 0, max: 40_000 }), lateMs: fc.oneof({ weight: 4, arbitrary: fc.nat(2_000) }, fc.integer({ min: LATE_MS, max: 8 * MINUTE_MS })),
  complaint: fc.boolean(), label: fc.option(fc.boolean(), { freq: 6 }),
});

function windowOf(rows: readonly StoredItem[], labels: ReadonlyMap<string, boolean>): ReadWindow {
  const isUpTo = ({ sequence, index }: StoredItem, log: { sequence: number; index: number | null }): boolean => sequence < log.sequence || (sequence === log.sequence && (log.index === null || index <= log.index));
  const inWindow = (row: StoredItem, { afterMs, upToMs }: { afterMs: number; upToMs: number }): boolean => row.createdAtMs > afterMs && row.createdAtMs <= upToMs;
  return {
    read: async (query) => (query.after === null ? rows.filter((row) => inWindow(row, query) && isUpTo(row, query.log) === (query.log.side === 'up-to')) : []),
    relabelled: async (query) => rows.filter((row) => inWindow(row, query) && labels.has(row.item.id)).map((row) => ({ ...row, side: isUpTo(row, query.log) ? 'up-to' as const : 'after' as const, score: { ...row.score, complaint: labels.get(row.item.id)! } })),
  };
}

describe('the number that a correction names', () => {
  it('is the alert’s own with late and labelled feedback, and never with what came in time after it', async () => {
    await fc.assert(fc.asyncProperty(fc.array(item, { minLength: 20, maxLength: 80 }), fc.boolean(), async (drawn, isPlain) => {
      const script = isPlain ? drawn.map((one) => ({ ...one, lateMs: one.lateMs % LATE_MS, label: null })) : drawn;
      const state = createState({});
      const log = new LogScript();
      const rows: StoredItem[] = [];
      const opened: AlertOpened[] = [];
      const alerts = emptyAlertList();
      const labels = new Map<string, boolean>();
      const take = (entry: Parameters<typeof step>[1]): void => {
        const { rows: counted, events } = step(state, entry);
        rows.push(...counted);
        for (const event of events) {
          applyAlertEvent(alerts, event);
          if (event.kind === 'opened') opened.push(event);
        }
      };
      take(log.rules(START_MS, [RULE]));
      let saidMs = START_MS;
      const coming = script.map(({ gapMs, lateMs, complaint, label }, number) => {
        saidMs += gapMs;
        if (label !== null) labels.set(`i-${number}`, label);
        return makeItem({ id: `i-${number}`, workspace: 'shop', createdAtMs: saidMs, receivedAtMs: saidMs + lateMs, score: { complaint, categories: [{ id: 'logistics', probability: 0.9, decidedBy: 'model' }] } });
      });
      coming.sort((a: ScoredItem, b: ScoredItem) => a.item.receivedAtMs - b.item.receivedAtMs);
      for (const scored of coming) take(log.frame(scored.item.receivedAtMs, [scored]));
      for (const { alertId, count } of opened) {
        const asked = evidenceQuestion(alerts.open.get(alertId) ?? alerts.closed.get(alertId)!);
        if (!asked.ok) throw new Error(asked.why.en);
        const { question } = asked;
        const found = await recount(windowOf(rows, labels), question);
        const isThere = (row: StoredItem): boolean => row.sequence <= question.sequence || (row.item.receivedAtMs - row.createdAtMs >= LATE_MS && row.createdAtMs <= question.asOfMs);
        const ofThen = rows.filter((row) => row.createdAtMs > question.afterMs && row.createdAtMs <= question.upToMs && isThere(row) && (labels.get(row.item.id) ?? row.score.complaint));
        expect({ counted: found.counted, asOf: found.countedAsOf }).toEqual({ counted: count, asOf: ofThen.length });
        // Where nothing came late and nobody labelled anything there is nothing to correct, however much has grown.
        if (isPlain) expect(found.countedAsOf).toBe(count);
      }
    }), { numRuns: 60 });
  });
});
