import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import type { LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';

/** More than a crash leaves behind; the rest is found at the next look. */
const STRANDED_MAX = 1_000;

/**
 * Entries that stand on a work-queue log although its consumer counts everything up to `acknowledgedTo` as acknowledged.
 * A nats-server that is killed between noting an acknowledgement and removing the entry leaves such entries (seen with
 * 2.15.1); it never hands them out again. Handing them out once more is safe: who works a queue must expect repeats.
 */
export async function findStranded(manager: JetStreamManager, log: LogName, acknowledgedTo: number): Promise<StoredMsg[]> {
  const { stream, subject } = LOGS[log];
  const { state } = await manager.streams.info(stream);
  const found: StoredMsg[] = [];
  let sequence = state.messages === 0 ? Infinity : state.first_seq;
  while (sequence <= acknowledgedTo && found.length < STRANDED_MAX) {
    const message = await manager.direct.getMessage(stream, { seq: sequence, next_by_subj: subject });
    if (message === null || message.seq > acknowledgedTo) break;
    found.push(message);
    sequence = message.seq + 1;
  }
  return found;
}
