import { TocsinError } from '../../core/errors.ts';
import type { Prng } from '../../server/play/prng.ts';
import type { IntakeAnswer } from '../../server/gateway/services.ts';
import { composeText, letters, type SentItem } from './sample-feedback.ts';
import type { Span } from './span.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface ClientsParts {
  time: VirtualTime;
  random: Prng;
  /** One request to a gateway; rejects for everything but a 202. */
  post(body: Uint8Array, format: 'json' | 'ndjson'): Promise<IntakeAnswer>;
  trace(line: string): void;
  fail(message: string): void;
}

export const WORKSPACES = ['shop-a', 'default'];
const CUSTOMERS = 6;
const DAY_MS = 86_400_000;

/** Send feedback with ids of their own, again after every error, and now and then once more; some send it without ids, once. */
export class Clients {
  /** Every item with an id, by workspace and id; each is sent until it is accepted. */
  readonly named = new Map<string, SentItem>();
  /** Every item without one, by its ticket; the server may have it or not until it said so. */
  readonly unnamed = new Map<string, { item: SentItem; accepted: boolean }>();
  readonly accepted = new Set<string>();
  requestsOpen = 0;
  readonly #parts: ClientsParts;

  constructor(parts: ClientsParts) {
    this.#parts = parts;
  }

  /** Plans all requests within `(now, now + troubleMs]`. */
  start({ troubleMs, requestsMin, requestsMax, itemsPerRequestMax, burstsMax }: Span): void {
    const { time, random } = this.#parts;
    const bursts = Array.from({ length: random.between(1, burstsMax) }, () => random.below(troubleMs));
    for (let number = random.between(requestsMin, requestsMax); number > 0; number -= 1) {
      const atMs = random.chance(0.6) ? Math.min(troubleMs, random.pick(bursts) + random.below(4_000)) : random.below(troubleMs);
      this.requestsOpen += 1;
      time.after(atMs, () => {
        const items = Array.from({ length: random.between(1, itemsPerRequestMax) }, () => this.#make());
        void this.#send(items, random.chance(0.9) ? 'named' : 'unnamed');
      });
    }
  }

  #make(): SentItem {
    const { time, random } = this.#parts;
    const isComplaint = random.chance(0.7);
    const topics = random.pick([0, 1, 1, 1, 2]);
    const workspace = random.pick(WORKSPACES);
    const customer = random.chance(0.5) ? { id: `customer-${random.below(CUSTOMERS)}` } : undefined;
    // Now and then what the same customer said before, in the same words over another channel.
    const before = customer === undefined || random.chance(0.6) ? [] : [...this.named.values()].filter((one) => one.workspace === workspace && one.customer?.id === customer.id);
    const text = before.length === 0 ? composeText(random, topics, isComplaint) : random.pick(before).text;
    const lateMs = random.chance(0.75) ? random.below(5_000) : random.chance(0.6) ? random.below(15 * 60_000) : this.#daysLate();
    return {
      id: letters(random, 10),
      workspace,
      text,
      channel: random.pick(['app', 'web', 'phone'] as const),
      createdAt: new Date(time.nowMs() - lateMs).toISOString(),
      ...(customer === undefined ? {} : { customer }),
      ticket: letters(random, 10),
    };
  }

  /** Many of the same hour of an earlier day, which some rules compare with. */
  #daysLate(): number {
    const { random } = this.#parts;
    return random.chance(0.7) ? random.between(1, 5) * DAY_MS + random.below(60_000) : random.below(40 * DAY_MS);
  }

  async #send(items: SentItem[], kind: 'named' | 'unnamed'): Promise<void> {
    const { random } = this.#parts;
    if (kind === 'unnamed') {
      const bare = items.map(({ id: _id, ...item }) => item);
      for (const item of bare) this.unnamed.set(item.ticket, { item, accepted: false });
      await this.#request(bare, 1);
    } else {
      for (const item of items) this.named.set(keyOf(item), item);
      const seen = [...this.named.values()];
      // Something that another request has sent as well.
      await this.#request(random.chance(0.3) ? [...items, random.pick(seen)] : items, Number.POSITIVE_INFINITY);
      if (random.chance(0.2)) await this.#request(items, 1);
    }
    this.requestsOpen -= 1;
  }

  async #request(items: readonly SentItem[], attemptsMax: number): Promise<void> {
    const { random, time, trace } = this.#parts;
    const bad = random.chance(0.1);
    const values: unknown[] = bad ? [{ text: '', channel: 'app' }, ...items] : [...items];
    const format = random.pick(['json', 'ndjson'] as const);
    const body = new TextEncoder().encode(format === 'json' ? JSON.stringify(values) : values.map((value) => JSON.stringify(value)).join('\n'));
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      try {
        this.#take(await this.#parts.post(body, format), items, bad ? 1 : 0);
        return;
      } catch (error) {
        if (!(error instanceof TocsinError)) throw error;
        trace(`client: ${items.length} items refused, ${error.code}`);
        await new Promise<void>((resolve) => void time.after(random.between(100, 2_000), resolve));
      }
    }
  }

  #take(answer: IntakeAnswer, items: readonly SentItem[], badItems: number): void {
    const { fail } = this.#parts;
    if (answer.accepted !== items.length || answer.rejected.length !== badItems) fail(`of ${items.length} good items and ${badItems} bad ones, ${answer.accepted} were accepted and ${answer.rejected.length} rejected`);
    for (const [index, item] of items.entries()) {
      if (item.id === undefined) this.unnamed.get(item.ticket)!.accepted = true;
      else if (answer.ids[index] !== item.id) fail(`the item ${item.id} was answered with the id ${answer.ids[index]}`);
      else this.accepted.add(keyOf(item));
    }
  }
}

export function keyOf({ workspace, id }: Pick<SentItem, 'workspace' | 'id'>): string {
  return `${workspace}/${id}`;
}
