import { Agent } from 'node:http';
import { build, type Histogram } from 'hdr-histogram-js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '../../core/alert.ts';
import { TestSocket } from '../../server/live/testing/test-socket.ts';
import { exchange } from '../../server/play/http-exchange.ts';
import { MarkerQuestions } from './marker-questions.ts';
import type { SeenAt, Marker } from './marker.ts';
import { MARKER_CHANNEL, type Subject } from './subject.ts';

export interface MarkerOptions {
  subject: Subject;
  idPrefix: string;
  perSecond: number;
  /** Every n-th marker is also asked for in /v1/counts and in the store, which costs the server queries. */
  askedEvery: number;
}

const REQUEST_MS = 15_000;
const SEEN_WITHIN_MS = 120_000;

/**
 * Sends unique items at a steady pace beside any load and notes where each is seen. The pace does not wait for answers, and
 * a marker's time begins when it was due, not when this process came to send it: what delays the sender counts.
 */
export class Markers {
  readonly sent: Marker[] = [];
  readonly #options: MarkerOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #byProduct = new Map<string, Marker>();
  readonly #questions: MarkerQuestions[];
  readonly #posting: Promise<void>[] = [];
  #socket: TestSocket | undefined;
  #pages = 0;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(options: MarkerOptions) {
    this.#options = options;
    const { url } = options.subject;
    const counts = `${url}/v1/counts?${new URLSearchParams({ groupBy: 'product', window: '24h', where: `channel == "${MARKER_CHANNEL}"` })}`;
    this.#questions = [
      new MarkerQuestions({ where: 'counts', nameOf: ({ product }) => product, ask: () => textOf(counts) }),
      new MarkerQuestions({ where: 'store', nameOf: ({ id }) => id, ask: ({ id }) => textOf(`${url}/v1/feedback/${id}`) }),
    ];
  }

  async start(): Promise<void> {
    const { subject } = this.#options;
    this.#socket = await TestSocket.open(subject.server.port);
    this.#socket.onMessage = (text) => this.#onLive(text);
    this.#socket.send(JSON.stringify({ subscribe: ['alerts'] }));
    this.#pages = subject.webhook.pages.length;
    this.#running = this.#run();
  }

  /** Sends nothing new and waits until each marker was seen where it is looked for, at most two minutes. */
  async stop(): Promise<readonly Marker[]> {
    this.#stopping = true;
    await this.#running;
    await Promise.all(this.#posting);
    const untilMs = Date.now() + SEEN_WITHIN_MS;
    while (Date.now() < untilMs && this.sent.some(({ seenAtMs }) => seenAtMs.answered !== undefined && (seenAtMs.webhook === undefined || seenAtMs.wall === undefined))) {
      this.#readPages();
      await sleep(20);
    }
    await Promise.all(this.#questions.map((questions) => questions.done()));
    this.#socket?.destroy();
    this.#agent.destroy();
    return this.sent;
  }

  async #run(): Promise<void> {
    const everyMs = 1_000 / this.#options.perSecond;
    let dueAtMs = Date.now() + everyMs;
    while (!this.#stopping) {
      await sleep(Math.max(0, dueAtMs - Date.now()));
      this.#posting.push(this.#post(dueAtMs));
      dueAtMs += everyMs;
      this.#readPages();
    }
  }

  async #post(dueAtMs: number): Promise<void> {
    const { subject, idPrefix, askedEvery } = this.#options;
    const number = this.sent.length;
    const marker: Marker = { product: `marker ${idPrefix} ${number.toString(36)}x`, id: `${idPrefix}-marker-${number.toString(36)}x`, sentAtMs: dueAtMs, seenAtMs: {} };
    this.sent.push(marker);
    this.#byProduct.set(marker.product, marker);
    const body = Buffer.from(JSON.stringify({ id: marker.id, text: `第${number.toString(36)}x单物流太慢了,等了十天还没到,客服也不回复`, channel: MARKER_CHANNEL, product: marker.product }));
    try {
      const answer = await exchange({ url: new URL(`${subject.url}/v1/feedback`), agent: this.#agent, headers: { 'content-type': 'application/json' }, body, timeoutMs: REQUEST_MS, signal: undefined });
      if (answer.status === 429) marker.isRefused = true;
      if (answer.status !== 202) return;
      marker.seenAtMs.answered = Date.now();
      if (number % askedEvery === 0) for (const questions of this.#questions) questions.add(marker);
    } catch {
      // Not answered: it is missing in the figures, which say how many there are.
    }
  }

  #onLive(text: string): void {
    const { data } = JSON.parse(text) as { data: AlertEvent };
    const marker = data.kind === 'opened' ? this.#byProduct.get(data.group['product'] ?? '') : undefined;
    if (marker !== undefined) marker.seenAtMs.wall ??= Date.now();
  }

  #readPages(): void {
    const { pages } = this.#options.subject.webhook;
    for (; this.#pages < pages.length; this.#pages += 1) {
      const page = pages[this.#pages];
      const marker = this.#byProduct.get((page?.body['group'] as { product?: string } | undefined)?.product ?? '');
      if (page !== undefined && marker !== undefined) marker.seenAtMs.webhook ??= page.atMs;
    }
  }
}

/** Null where there is none, or no answer. */
async function textOf(url: string): Promise<string | null> {
  const answer = await fetch(url).catch(() => null);
  const text = await answer?.text().catch(() => null);
  return answer?.status === 200 ? text ?? null : null;
}

/** From due to seen, in milliseconds; NaN where none was seen, which meets no target. @param percentile 0 to 100 */
export function latencyMs(markers: readonly Marker[], where: SeenAt, percentile: number): number {
  const histogram = latencyHistogram(markers, where);
  return histogram.totalCount === 0 ? NaN : histogram.getValueAtPercentile(percentile);
}

/** From due to seen, in milliseconds. An empty one says 0 of every percentile: ask {@link latencyMs} for those. */
export function latencyHistogram(markers: readonly Marker[], where: SeenAt): Histogram {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 10 * 60_000, numberOfSignificantValueDigits: 3 });
  for (const { sentAtMs, seenAtMs } of markers) {
    const at = seenAtMs[where];
    if (at !== undefined) histogram.recordValue(Math.max(0, at - sentAtMs));
  }
  return histogram;
}
