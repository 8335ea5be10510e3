import { map, NEVER, type Observable } from 'rxjs';
import type { AlertEvent } from '../../core/alert.ts';
import type { ReadHistory } from '../../stream/fill/condition-filler.ts';
import type { BatchWriter } from '../../stream/store/batch-writer.ts';
import type { AppendLog, Delivery, Log, LogName } from '../../stream/ports.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../../stream/frames/scored-entry.ts';

/** Guarantees taken away on purpose, to see that the simulation notices. */
export const BREAKAGES = [
  'frames-counted-again', 'ids-counted-again', 'events-without-position', 'rows-without-token', 'answered-before-durable',
  'acknowledged-before-scored', 'events-acknowledged-at-once', 'another-key-each-attempt', 'store-position-overstated', 'rules-without-past', 'journal-not-read-back', 'journal-trimmed-undelivered',
] as const;
/** Those that only a routed life can notice. */
export const ROUTED_BREAKAGES = [
  'no-alert-of-a-threshold', 'no-alert-of-a-severe', 'no-alert-of-a-share', 'no-alert-of-a-spike', 'no-alert-of-an-absence', 'no-alert-of-a-composite',
  'quiet-hours-forgotten', 'chain-not-climbed', 'everyone-without-manager', 'explained-alerts-paged',
] as const;
export type Breakage = (typeof BREAKAGES)[number] | (typeof ROUTED_BREAKAGES)[number];

/** The log as a broken program would use it; the log itself where this breakage is about something else. */
export function breakLog(name: LogName, log: Log, broken: Breakage | undefined): Log {
  switch (broken) {
    case 'frames-counted-again':
      return name === 'scored' ? withRead(log, withoutRepeatedFrames()) : log;
    case 'ids-counted-again':
      return name === 'scored' ? withRead(log, forgetsIds) : log;
    case 'events-without-position':
      return name === 'alerts' ? withLast(log) : log;
    case 'journal-not-read-back':
      return name === 'incidents' ? derived(log, { last: async () => null, read: () => NEVER }) : log;
    case 'journal-trimmed-undelivered':
      return name === 'incidents' ? derived(log, { settledThrough: async () => Infinity }) : log;
    case 'answered-before-durable':
      return name === 'raw' ? withAppend(log, async (bytes, id) => {
        void log.append(bytes, id).catch(() => undefined);
        return { sequence: 0, duplicate: false };
      }) : log;
    case 'acknowledged-before-scored':
      return name === 'raw' ? withWork(log) : log;
    case 'events-acknowledged-at-once':
      return name === 'incidents' ? withWork(log) : log;
    case 'rows-without-token':
    case 'store-position-overstated':
    case 'rules-without-past':
    case 'another-key-each-attempt':
    case 'no-alert-of-a-threshold':
    case 'no-alert-of-a-severe':
    case 'no-alert-of-a-share':
    case 'no-alert-of-a-spike':
    case 'no-alert-of-an-absence':
    case 'no-alert-of-a-composite':
    case 'quiet-hours-forgotten':
    case 'chain-not-climbed':
    case 'everyone-without-manager':
    case 'explained-alerts-paged':
    case undefined:
      return log;
  }
}

/** What a counter tells that opens no alert of one kind of rule. */
export function breakEvents(events: readonly AlertEvent[], kindOf: (ruleId: string) => string | undefined, broken: Breakage | undefined): readonly AlertEvent[] {
  const kind = /^no-alert-of-an?-(.+)$/u.exec(broken ?? '')?.[1];
  return kind === undefined ? events : events.filter((event) => event.kind !== 'opened' || kindOf(event.ruleId) !== kind);
}

export function breakWriter(writer: BatchWriter, broken: Breakage | undefined): BatchWriter {
  if (broken !== 'rows-without-token' && broken !== 'store-position-overstated') return writer;
  let inserts = 0;
  return {
    prepare: () => writer.prepare(),
    // As a sink would that inserts batches side by side: the highest one stored says nothing of those before it.
    storedThrough: (logId) => writer.storedThrough(logId).then((sequence) => (broken === 'rows-without-token' || sequence === 0 ? sequence : sequence + 20)),
    insert: (rows, logId, token) => writer.insert(rows, logId, broken === 'rows-without-token' ? `${token}#${(inserts += 1)}` : token),
  };
}

export function breakHistory(history: ReadHistory, broken: Breakage | undefined): ReadHistory {
  return broken === 'rules-without-past' ? { read: async () => ({ items: [], isLast: true }) } : history;
}

/** A key for each attempt, from the page's own. */
export function breakKey(key: string, attempt: number, broken: Breakage | undefined): string {
  return broken === 'another-key-each-attempt' ? `${key}#${attempt}` : key;
}

/** The log with some of its methods replaced; the others stay bound to it. */
function derived(log: Log, over: Partial<Log>): Log {
  return new Proxy(log, {
    get(target, name) {
      const own: unknown = Reflect.get(over, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}

function withAppend(log: Log, append: AppendLog['append']): Log {
  return derived(log, { append });
}

function withLast(log: Log): Log {
  return derived(log, { last: async () => null });
}

function withWork(log: Log): Log {
  return derived(log, {
    work: (name, max) => log.work(name, max).pipe(map((delivery) => {
      delivery.ack();
      return { ...delivery, ack: () => undefined };
    })),
  });
}

function withRead(log: Log, change: (delivery: Delivery) => Delivery): Log {
  return derived(log, { read: (from, max): Observable<Delivery> => log.read(from, max).pipe(map(change)) });
}

/** Each scored frame looks like the only one of its raw frame. */
function withoutRepeatedFrames(): (delivery: Delivery) => Delivery {
  let rawSequence = 0;
  return (delivery) => rewritten(delivery, (entry) => (entry.kind === 'scored' ? { ...entry, rawSequence: (rawSequence += 1) } : entry));
}

function forgetsIds(delivery: Delivery): Delivery {
  return rewritten(delivery, (entry) => (entry.kind !== 'scored' ? entry : {
    ...entry, items: entry.items.map((scored) => ({ ...scored, item: { ...scored.item, idGiven: false } })),
  }));
}

function rewritten(delivery: Delivery, change: (entry: ReturnType<typeof decodeScoredEntry>) => ReturnType<typeof decodeScoredEntry>): Delivery {
  try {
    return { ...delivery, entry: { ...delivery.entry, value: encodeScoredEntry(change(decodeScoredEntry(delivery.entry.value))) } };
  } catch {
    return delivery;
  }
}
