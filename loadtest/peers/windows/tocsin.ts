import type { LogEntry, ScoredEntry, ScoredItem } from '../../../core/frame.ts';
import type { Rule } from '../../../core/rule.ts';
import { completeConfig } from '../../../stream/duplicates/config.ts';
import { createState } from '../../../stream/counter/state.ts';
import type { CounterState } from '../../../stream/counter/state.ts';
import { step } from '../../../stream/counter/step.ts';
import { makeRandom } from './events.ts';
import { runIfMain } from './measure.ts';
import type { NodePeer } from './measure.ts';
import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';

/** Items of one frame, as a gateway under load gathers them. */
const FRAME_ITEMS = 64;
/** As an argument: no rule is in force. */
const WITHOUT_RULE = 'without-rule';
/** As an argument: what the other programs do and no more. Items give no ids and name no customers; nothing is kept for boards, no duplicates are looked for. */
const RULE_ALONE = 'rule-alone';
/** Few enough that they are young objects still, as they are when they come off a log one by one. */
const CHUNK_FRAMES = 4;
const KEYS_MAX = 1_000_000;
const PHRASES = ['等了十天还没到', '客服一直不回', '包装破了', '颜色和图片不一样', '退款没有到账', '味道很好', '用了两天就坏', '电话打不通', '说明书看不懂', '价格比别家贵', '会再来买', '安装师傅很耐心', '少发了一件', '尺码偏小', '屏幕有划痕', '充不进电'];
const CHANNELS = ['app', 'mini-program', 'web', 'chat'] as const;

const rule: Rule = {
  id: 'product-burst',
  title: { zh: '同一产品二十四小时内反馈达到五十条', en: '50 items of one product in 24 h' },
  kind: 'threshold',
  groupBy: ['product'],
  windowMs: RULE.windowMs,
  fireAt: RULE.fireAt,
  resolveBelow: RULE.rearmBelow,
  severity: 'warning',
  escalate: [],
  notify: [],
};

/**
 * The counter's whole `step`, as the server runs it: frames of scored items in; rows, alert events and ended alerts out,
 * with repeated ids, repeats of customers, copied texts, customers, quotes and the counts of the live boards.
 */
export class TocsinPeer implements NodePeer<LogEntry<ScoredEntry>[]> {
  readonly chunkEvents: number;
  readonly #frameItems: number;
  readonly #rules: Rule[];
  readonly #state: CounterState;
  readonly #work: 'whole-step' | 'rule-alone';
  readonly #random = makeRandom(11);
  readonly #fires: Fire[] = [];
  #sequence = 0;
  /** So that rows are made and looked at. */
  rows = 0;

  /** Without the rule what is left of `step` can be told: ids, customers, rows and the counts of the boards. */
  constructor(frameItems: number = FRAME_ITEMS, rules: Rule[] = [rule], work: 'whole-step' | 'rule-alone' = 'whole-step') {
    this.#frameItems = frameItems;
    this.#work = work;
    this.#state = createState({ keysMax: KEYS_MAX, ...(work === 'whole-step' ? { duplicates: completeConfig({}) } : { boards: 'none' }) });
    this.#rules = rules;
    this.chunkEvents = frameItems * CHUNK_FRAMES;
  }

  async start(): Promise<void> {
    step(this.#state, { sequence: ++this.#sequence, timeMs: 1, value: { kind: 'rules', rules: this.#rules } });
  }

  prepare(events: WindowEvent[]): LogEntry<ScoredEntry>[] {
    const entries: LogEntry<ScoredEntry>[] = [];
    for (let from = 0; from < events.length; from += this.#frameItems) {
      const frame = events.slice(from, from + this.#frameItems);
      // As they come off the log: every text a new string.
      const items = JSON.parse(JSON.stringify(frame.map((event) => this.#scored(event)))) as ScoredItem[];
      const arrivalMs = frame.at(-1)!.arrivalMs;
      entries.push({
        sequence: ++this.#sequence,
        timeMs: arrivalMs,
        value: { kind: 'scored', rawSequence: this.#sequence, gatheredAtMs: arrivalMs, scoredAtMs: arrivalMs, model: 'peers', items },
      });
    }
    return entries;
  }

  take(entries: LogEntry<ScoredEntry>[]): void {
    for (const entry of entries) {
      const { rows, events } = step(this.#state, entry);
      this.rows += rows.length;
      for (const event of events) {
        if (event.kind === 'opened') this.#fires.push({ key: event.group['product']!, timeMs: event.lastItemAtMs! });
      }
    }
  }

  async otherCpuUs(): Promise<number> {
    return 0;
  }

  fires(): Fire[] {
    return this.#fires;
  }

  async stop(): Promise<void> {}

  /** No two texts and no two customers are alike, so that every item counts. */
  #scored(event: WindowEvent): ScoredItem {
    const isComplaint = this.#random() < 0.4;
    return {
      item: {
        id: event.id,
        idGiven: this.#work === 'whole-step',
        workspace: 'default',
        text: `${this.#phrase()}，${this.#phrase()}，${this.#phrase()}，单号 ${event.id}`,
        channel: CHANNELS[Math.floor(this.#random() * CHANNELS.length)]!,
        createdAtMs: event.timeMs,
        receivedAtMs: event.arrivalMs,
        ...(this.#work === 'whole-step' ? { customer: { id: `customer-${event.id}` } } : {}),
        product: event.key,
        rating: 1 + Math.floor(this.#random() * 5),
      },
      score: {
        sentiment: isComplaint ? 'negative' : 'neutral',
        probabilities: { negative: 0.5, neutral: 0.3, positive: 0.2 },
        stars: 3,
        starProbabilities: [0.2, 0.2, 0.2, 0.2, 0.2],
        complaint: isComplaint,
        complaintProbability: 0.5,
        severity: 'mild',
        categories: [{ id: 'product.quality', probability: 0.9, decidedBy: 'model' }],
        implicit: false,
        keywords: [],
        language: 'zh',
      },
    };
  }

  #phrase(): string {
    return PHRASES[Math.floor(this.#random() * PHRASES.length)]!;
  }
}

await runIfMain(import.meta.url, ([option]) => {
  if (option === WITHOUT_RULE) return new TocsinPeer(FRAME_ITEMS, []);
  return option === RULE_ALONE ? new TocsinPeer(FRAME_ITEMS, [rule], 'rule-alone') : new TocsinPeer();
});
