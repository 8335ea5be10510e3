import { evidenceQuestion } from '../../alerts/evidence/evidence-question.ts';
import { readEvidence, recount, type ReadWindow } from '../../alerts/evidence/evidence.ts';
import type { AlertList } from '../../alerts/list/alert-list.ts';
import { TocsinError } from '../../core/errors.ts';
import { decodeCursor, encodeCursor } from '../../stream/store/search-cursor.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { windowItems } from '../../stream/store/window-items.ts';
import type { Desk, Evidence } from '../gateway/services.ts';
import { toView } from './gateway-services.ts';

/** Proofs that run at a time; each reads a whole window. */
const RECOUNTS_MAX = 2;

export function windowReader(bus: Pick<Bus, 'log'>, store: Store): ReadWindow {
  return {
    async read(query) {
      const { identity } = await bus.log('scored').info();
      return windowItems(store, { ...query, log: { ...query.log, id: identity } });
    },
  };
}

export function evidenceOf({ alerts, window, desk }: { alerts: Pick<AlertList, 'get'>; window: ReadWindow; desk: Pick<Desk, 'submit'> }): Evidence {
  let running = 0;
  const question = (alertId: string) => {
    const alert = alerts.get(alertId);
    if (alert === undefined) return null;
    const answer = evidenceQuestion(alert);
    if (!answer.ok) throw new TocsinError('conflict', `The items of this alert cannot be listed: ${answer.why.en}.`);
    return answer.question;
  };
  return {
    async items(alertId, { cursor, limit }) {
      const asked = question(alertId);
      if (asked === null) return null;
      const { items, next } = await readEvidence(window, asked, { after: cursor === undefined ? null : decodeCursor(cursor), limit });
      return { claimed: asked.claimed, items: items.map(toView), nextCursor: next === null ? null : encodeCursor(next) };
    },
    async verify(alertId, actor) {
      const asked = question(alertId);
      if (asked === null) return null;
      if (running >= RECOUNTS_MAX) throw new TocsinError('overloaded', `${RECOUNTS_MAX} proofs run already; each reads a whole window.`, { retryable: true });
      running += 1;
      try {
        const proof = await recount(window, asked);
        const isOtherwise = proof.outcome === 'differs' || proof.countedNow !== proof.claimed;
        if (isOtherwise) {
          const { claimed, countedNow, why } = proof;
          // Said once for each number that it comes to: never a silent change, and no noise either.
          await desk.submit({ id: `correction-${alertId}-${countedNow}`, actor, way: 'program', act: { kind: 'correct', target: alertId, countThen: claimed, countNow: countedNow, why } });
        }
        return { ...proof, corrected: isOtherwise };
      } finally {
        running -= 1;
      }
    },
  };
}
