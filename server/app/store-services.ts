import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Channel } from '../../core/feedback.ts';
import type { Sentiment } from '../../core/score.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { eraseCustomer } from '../../stream/store/erase-customer.ts';
import { erasedInWords } from '../../stream/store/erased-in-words.ts';
import { exportFeedback } from '../../stream/store/export-feedback.ts';
import { findPastIncident, listPastIncidents } from '../../stream/store/past-incidents.ts';
import type { Customers, Desk, FeedbackExports } from '../gateway/services.ts';
import { commandLineInChinese } from '../words/error-in-chinese.ts';

/** Each takes disk and a connection for as long as its client reads. */
const EXPORTS_MAX = 2;

export function exportsOf(store: Store): FeedbackExports {
  let running = 0;
  return {
    async open({ sentiment, channel, ...query }) {
      if (running >= EXPORTS_MAX) throw new TocsinError('overloaded', `${EXPORTS_MAX} exports are being made; try again when one is done.`, { retryable: true });
      running += 1;
      const pieces = exportFeedback(store, { ...query, ...(sentiment === undefined ? {} : { sentiment: sentiment as Sentiment }), ...(channel === undefined ? {} : { channel: channel as Channel }) });
      try {
        // What goes wrong at the start is answered as an error and not as a file that breaks off.
        const first = await pieces.next();
        return withEnd(first, pieces, () => (running -= 1));
      } catch (error) {
        running -= 1;
        throw error;
      }
    },
  };
}

async function* withEnd(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>, ended: () => void): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    ended();
  }
}

export function customersOf(store: Store, clock: Clock): Customers {
  return {
    async erase(workspace, customerId) {
      const atMs = clock.nowMs();
      const erased = await eraseCustomer(store, { workspace, customerId, actor: 'api', atMs });
      const en = erasedInWords(erased, atMs);
      return { ...erased, acceptedUpTo: new Date(atMs).toISOString(), detail: { zh: commandLineInChinese(en), en } };
    },
  };
}

/** Incidents that are over, however long ago. */
export function pastIncidentsOf(store: Store): Pick<Desk, 'past' | 'pastList'> {
  return { past: (id) => findPastIncident(store, id), pastList: (query) => listPastIncidents(store, query) };
}
