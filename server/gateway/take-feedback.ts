import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { encodeItem } from '../../stream/frames/raw-frame.ts';
import { type AdmissionContext, admit } from '../admission/admit.ts';
import type { HashKey } from '../admission/keyed-hash.ts';
import type { ZoneOffset } from '../../core/zone-offset.ts';
import type { FrameGatherer } from './gather-frames.ts';
import { locateJsonFault } from './locate-json-fault.ts';
import { decodeBody, parseJson, splitLines, type JsonLine } from './parse-body.ts';
import { TurnBudget } from './turn-budget.ts';
import type { BodyFormat, FeedbackIntake, IntakeAnswer } from './services.ts';
import type { BacklogWatch } from './watch-backlog.ts';

interface IntakeLimits {
  /** Items in one request. */
  batchItemsMax: number;
  /** How long items are admitted in a turn of the event loop, those of all requests: at least, and at most. */
  turnMsMin: number;
  turnMsMax: number;
  /** How long a request waits for its turn. */
  waitMsMax: number;
}

const DEFAULT_INTAKE_LIMITS: IntakeLimits = { batchItemsMax: 10_000, turnMsMin: 20, turnMsMax: 50, waitMsMax: 1_000 };

export interface IntakeOptions {
  frames: Pick<FrameGatherer, 'add' | 'assertRoom' | 'limits'>;
  /** Of each stage that may be behind. Absent: whatever waits, more is taken. */
  backlogs?: readonly Pick<BacklogWatch, 'assertKeepingUp'>[];
  clock: Clock;
  makeId: () => string;
  offsetAt: ZoneOffset;
  hashKey: HashKey;
  telemetry: Telemetry;
  limits?: Partial<IntakeLimits>;
}

/** Body to admitted items to durable frames. The clock is read once a request. */
export function createFeedbackIntake(options: IntakeOptions): FeedbackIntake {
  const limits = { ...DEFAULT_INTAKE_LIMITS, ...options.limits };
  // A batch that never fits must be told so (413), not to try again (429).
  const batchItemsMax = Math.min(limits.batchItemsMax, options.frames.limits.itemsWaitingMax);
  const budget = new TurnBudget({ msMin: limits.turnMsMin, msMax: limits.turnMsMax });
  const assertRoom = (): void => {
    for (const backlog of options.backlogs ?? []) backlog.assertKeepingUp();
    options.frames.assertRoom(1, 0);
  };
  return {
    async take(body, format) {
      assertRoom();
      const entries = readEntries(body, format, batchItemsMax);
      let startedMs = performance.now();
      if (budget.leftMs <= 0) {
        const untilMs = startedMs + limits.waitMsMax;
        while (budget.leftMs <= 0) {
          await budget.nextTurn();
          startedMs = performance.now();
          if (startedMs > untilMs) throw new TocsinError('overloaded', 'More feedback arrives than can be read; send this again in a moment.', { retryable: true });
        }
        // Others went before.
        assertRoom();
      }
      const batch = new Batch(options);
      for (const entry of entries) {
        batch.take(entry);
        const spentMs = performance.now() - startedMs;
        if (spentMs < budget.leftMs) continue;
        budget.spend(spentMs);
        while (budget.leftMs <= 0) await budget.nextTurn();
        startedMs = performance.now();
      }
      budget.spend(performance.now() - startedMs);
      await options.frames.add(batch.lines);
      batch.tell();
      return batch.answer();
    },
  };
}

/** A value that was parsed, or a line that is still to be. */
type Entry = { value: unknown } | { line: JsonLine };

function readEntries(body: Uint8Array, format: BodyFormat, itemsMax: number): Entry[] {
  const text = decodeBody(body);
  const entries = format === 'ndjson' ? readLines(text, itemsMax) : readValues(text);
  if (entries.length === 0) throw new TocsinError('empty_batch', 'The request holds no item.');
  if (entries.length > itemsMax) throw tooLarge(format === 'ndjson' ? undefined : entries.length, itemsMax);
  return entries;
}

function readValues(text: string): Entry[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value.map((each: unknown) => ({ value: each })) : [{ value }];
}

function readLines(text: string, itemsMax: number): Entry[] {
  const entries: Entry[] = [];
  for (const line of splitLines(text)) {
    entries.push({ line });
    if (entries.length > itemsMax) break;
  }
  return entries;
}

function tooLarge(items: number | undefined, itemsMax: number): TocsinError {
  const held = items === undefined ? `more than ${itemsMax.toLocaleString('en-US')}` : items.toLocaleString('en-US');
  return new TocsinError('batch_too_large', `The request holds ${held} items; at most ${itemsMax.toLocaleString('en-US')} go into one. Nothing of it was taken: send it in parts.`);
}

class Batch {
  readonly lines: string[] = [];
  readonly #ids: string[] = [];
  readonly #rejected: IntakeAnswer['rejected'] = [];
  readonly #admittedByChannel = new Map<string, number>();
  readonly #telemetry: Telemetry;
  readonly #context: AdmissionContext;

  constructor({ clock, makeId, offsetAt, hashKey, telemetry }: IntakeOptions) {
    this.#telemetry = telemetry;
    this.#context = { receivedAtMs: clock.nowMs(), makeId, offsetAt, hashKey };
  }

  take(entry: Entry): void {
    const index = this.#ids.length + this.#rejected.length;
    const parsed = 'line' in entry ? parseLine(entry.line) : entry;
    if ('message' in parsed) {
      this.#rejected.push({ index, code: 'invalid_json', field: '', message: parsed.message });
      return;
    }
    const admission = admit(parsed.value, this.#context);
    if (!admission.ok) {
      const { code, field, message } = admission;
      this.#rejected.push({ index, code, field, message });
      return;
    }
    const { item } = admission;
    this.#ids.push(item.id);
    this.lines.push(encodeItem(item));
    this.#admittedByChannel.set(item.channel, (this.#admittedByChannel.get(item.channel) ?? 0) + 1);
  }

  tell(): void {
    for (const [channel, count] of this.#admittedByChannel) this.#telemetry({ kind: 'items-admitted', count, channel });
    const rejectedByCode = new Map<string, number>();
    for (const { code } of this.#rejected) rejectedByCode.set(code, (rejectedByCode.get(code) ?? 0) + 1);
    for (const [code, count] of rejectedByCode) this.#telemetry({ kind: 'items-rejected', count, code });
  }

  answer(): IntakeAnswer {
    return { accepted: this.#ids.length, ids: this.#ids, rejected: this.#rejected };
  }
}

function parseLine(line: JsonLine): { value: unknown } | { message: string } {
  try {
    return { value: JSON.parse(line.text) as unknown };
  } catch {
    const fault = locateJsonFault(line.text);
    const where = fault === null ? 'it is too large to be read' : `at column ${fault.column} ${fault.reason}`;
    return { message: `Line ${line.number} is not valid JSON: ${where}.` };
  }
}
