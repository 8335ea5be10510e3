import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { TocsinError } from '../../core/errors.ts';
import { LOG_NAMES } from '../ports.ts';
import type { LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import type { BusLimits } from './limits.ts';

const NANOS_PER_MS = 1_000_000;
const DUPLICATE_WINDOW_MS = 120_000;
const STREAM_NOT_FOUND = 10059;
const NOT_ENOUGH_STORAGE = [10023, 10047];

/** Creates the streams of all logs, or brings existing ones to these settings; doing it again changes nothing. */
export async function ensureStreams(manager: JetStreamManager, limits: BusLimits, entryBytesMax: number): Promise<void> {
  for (const name of LOG_NAMES) await ensureStream(manager, name, streamConfig(name, limits, entryBytesMax));
}

function streamConfig(name: LogName, limits: BusLimits, entryBytesMax: number): Partial<StreamConfig> & { name: string } {
  const { stream, subject, retention } = LOGS[name];
  return {
    name: stream,
    subjects: [subject],
    retention: retention === 'until-acknowledged' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    storage: StorageType.File,
    // Full means refused: an accepted entry is never dropped for a newer one.
    discard: DiscardPolicy.New,
    max_bytes: limits.logBytesMax[name],
    max_msg_size: entryBytesMax,
    duplicate_window: DUPLICATE_WINDOW_MS * NANOS_PER_MS,
    num_replicas: limits.replicas,
    allow_direct: true,
  };
}

async function ensureStream(manager: JetStreamManager, name: LogName, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    const existing = await streamConfigOf(manager, config.name);
    if (existing === undefined) {
      await manager.streams.add(config);
    } else if (existing.retention !== config.retention || existing.storage !== config.storage) {
      throw new TocsinError('conflict', `The stream ${config.name} exists with other settings (retention ${existing.retention}, storage ${existing.storage}). Remove it, or use another NATS account.`);
    } else {
      await manager.streams.update(config.name, config);
    }
  } catch (error) {
    throw error instanceof TocsinError ? error : setUpFailed(name, error);
  }
}

async function streamConfigOf(manager: JetStreamManager, stream: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(stream)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

function setUpFailed(name: LogName, cause: unknown): TocsinError {
  if (cause instanceof JetStreamApiError && NOT_ENOUGH_STORAGE.includes(cause.code)) {
    return new TocsinError('invalid_setting', `NATS has not enough storage for the ${name} log; raise the server's max_file_store or lower the log's size limit.`, { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TocsinError('log_unavailable', `The ${name} log could not be set up on NATS: ${why}.`, { retryable: !(cause instanceof JetStreamApiError), cause });
}
