import { ERROR_CODES, TocsinError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { LogName } from '../ports.ts';
import { SUBJECTS } from '../subjects.ts';

export function logUnavailable(log: LogName, cause?: unknown): TocsinError {
  return new TocsinError('log_unavailable', `The ${log} log cannot be reached; the same call may succeed soon.`, {
    retryable: true, cause,
  });
}

export function logFull(log: LogName, cause?: unknown): TocsinError {
  return new TocsinError('overloaded', `The ${log} log is at its size limit.`, { retryable: true, cause });
}

export function busUnavailable(what: string, cause?: unknown): TocsinError {
  return new TocsinError('log_unavailable', `${what} cannot be reached; the same call may succeed soon.`, {
    retryable: true, cause,
  });
}

/** A log whose entries go when acknowledged has no past to be read. */
export function workQueueOnly(log: LogName): TocsinError {
  return new TocsinError('internal', `The ${log} log is a work queue: it can be worked, not read from a sequence.`);
}

export function invalidKey(key: string): TocsinError {
  return new TocsinError('invalid_request', `"${key.slice(0, 80)}" cannot be a key: 1 to 200 letters, digits, "-", "_", "=", "/" or ".", no "." at either end.`);
}

export function snapshotsFull(cause?: unknown): TocsinError {
  return new TocsinError('overloaded', 'There is no room for a snapshot: the disk or the snapshot store is at its limit.', { retryable: true, cause });
}

export function noSnapshot(name: string): TocsinError {
  return new TocsinError('frame_corrupt', `The snapshot ${name} is not there.`);
}

/** Which error a question ends in when nobody answers it. */
export function nobodyAnswers(subject: string, cause?: unknown): TocsinError {
  switch (subject) {
    case SUBJECTS.score:
    case SUBJECTS.model:
    case SUBJECTS.modelReload:
      return new TocsinError('scorer_unavailable', 'No scorer answers.', { retryable: true, cause });
    case SUBJECTS.counts:
    case SUBJECTS.status:
      return new TocsinError('counter_unavailable', 'No counter answers.', { retryable: true, cause });
    case SUBJECTS.channelTest:
    case SUBJECTS.pageAgain:
      return new TocsinError('notifier_unavailable', 'No notifier answers.', { retryable: true, cause });
    default:
      return new TocsinError('log_unavailable', `Nobody answers on ${subject}.`, { retryable: true, cause });
  }
}

/** What an answerer threw, in the form that travels: code, sentence, retryable. Foreign errors keep their text at home. */
export interface TravellingError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
}

export function toTravel(error: unknown): TravellingError {
  if (error instanceof TocsinError) return { code: error.code, message: error.message, retryable: error.retryable };
  return { code: 'internal', message: 'The question could not be answered because of an internal error.', retryable: false };
}

export function fromTravel(error: { code: string; message: string; retryable: boolean }): TocsinError {
  const code = error.code in ERROR_CODES ? error.code as ErrorCode : 'internal';
  return new TocsinError(code, error.message, { retryable: error.retryable });
}
