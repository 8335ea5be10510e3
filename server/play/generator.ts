import { CATEGORY_IDS, type CategoryId } from '../../core/category.ts';
import type { Channel } from '../../core/feedback.ts';
import type { Sentiment } from '../../core/score.ts';
import { composeText } from './compose-text.ts';
import { createCustomers, type DrawCustomer } from './draw-customer.ts';
import { fillFields } from './fill-fields.ts';
import type { FeedbackInput } from './feedback-input.ts';
import { INCIDENT_CATEGORIES, incidentLoad, nextIncidentEdgeMs, type Incident } from './incident.ts';
import type { PhraseBank, Writing } from './phrase-bank.ts';
import { Prng } from './prng.ts';
import type { SampleData } from './sample-data.ts';
import { createStage, Scene, type Stage } from './scene.ts';
import { nextHourMs, trafficAt } from './time-profile.ts';
import { Weighted } from './weighted.ts';

const HOUR_MS = 3_600_000;
/** How many recent items a customer's second submission is drawn from. */
const RECENT_MAX = 256;

export interface GeneratorOptions {
  seed: number;
  data: SampleData;
  incidents?: readonly Incident[];
  /** Given: items carry the ids `${idPrefix}-1`, `${idPrefix}-2` …; else none. */
  idPrefix?: string;
  /** Share of items that somebody sends a second time, word for word or nearly so. Default 0.02. */
  repeatShare?: number;
  /** How many different customers there are. Default 40,000. */
  customers?: number;
  /** Local time minus UTC, for the hours of the day. Default: +8 h, China. */
  utcOffsetMs?: number;
}

/** What to draw instead of leaving it to the mix. */
export interface Wish {
  category?: CategoryId;
  sentiment?: Sentiment;
  /** Also fixes category and sentiment. */
  incident?: Incident;
}

/** An item with what it is meant to be; a model may see it otherwise. */
export interface LabelledFeedback {
  item: FeedbackInput;
  category: CategoryId;
  sentiment: Sentiment;
  incident: Incident | undefined;
}

/**
 * Endless plausible feedback from the sample data. The same options and the same calls give the same items, on every
 * machine. Endless in the literal sense: nothing is kept but the last few items.
 */
export interface Generator {
  next(atMs: number): FeedbackInput;
  nextLabelled(atMs: number, wish?: Wish): LabelledFeedback;
  /**
   * Items of [fromMs, toMs) in order of time: a Poisson stream that follows the hours of the day and the days of the week.
   * @param ratePerHour mean over a whole week, without incidents; an incident's items come on top
   */
  between(fromMs: number, toMs: number, ratePerHour: number): Iterable<FeedbackInput>;
}

export function createGenerator(options: GeneratorOptions): Generator {
  return new SampleGenerator(options);
}

class SampleGenerator implements Generator {
  private readonly prng: Prng;
  private readonly banks: Record<Writing, PhraseBank>;
  private readonly stage: Stage;
  private readonly writings: Weighted<Writing>;
  private readonly categories: Weighted<CategoryId>;
  private readonly sentiments: Record<CategoryId, Weighted<Sentiment>>;
  private readonly channels: Record<'online' | 'shop' | 'app', Weighted<Channel>>;
  private readonly drawCustomer: DrawCustomer;
  private readonly incidents: readonly Incident[];
  private readonly idPrefix: string | undefined;
  private readonly repeatShare: number;
  private readonly utcOffsetMs: number;
  private readonly recent: LabelledFeedback[] = [];
  private made = 0;

  constructor({ seed, data, incidents = [], idPrefix, repeatShare = 0.02, customers = 40_000, utcOffsetMs = 8 * HOUR_MS }: GeneratorOptions) {
    const { catalogue } = data;
    this.prng = new Prng(seed);
    this.banks = data.banks;
    this.stage = createStage(catalogue, this.banks['zh-Hant'].convert);
    this.writings = new Weighted(Object.entries(catalogue.languages) as [Writing, number][]);
    this.categories = new Weighted(CATEGORY_IDS.map((id) => [id, catalogue.mix[id].share] as const));
    this.sentiments = Object.fromEntries(CATEGORY_IDS.map((id) => {
      const { negative, neutral, positive } = catalogue.mix[id];
      return [id, new Weighted<Sentiment>([['negative', negative], ['neutral', neutral], ['positive', positive]])];
    })) as Record<CategoryId, Weighted<Sentiment>>;
    const channels = (weights: Partial<Record<Channel, number>>): Weighted<Channel> => new Weighted(Object.entries(weights) as [Channel, number][]);
    this.channels = { online: channels(catalogue.channels.online), shop: channels(catalogue.channels.shop), app: channels(catalogue.channels.app) };
    this.drawCustomer = createCustomers(catalogue, customers);
    this.incidents = incidents;
    this.idPrefix = idPrefix;
    this.repeatShare = repeatShare;
    this.utcOffsetMs = utcOffsetMs;
  }

  next(atMs: number): FeedbackInput {
    return this.nextLabelled(atMs).item;
  }

  nextLabelled(atMs: number, wish: Wish = {}): LabelledFeedback {
    const free = wish.category === undefined && wish.sentiment === undefined && wish.incident === undefined;
    const labelled = free && this.recent.length > 0 && this.prng.chance(this.repeatShare) ? this.repeat() : this.draw(atMs, wish);
    labelled.item.createdAt = new Date(atMs).toISOString();
    this.made += 1;
    if (this.idPrefix !== undefined) labelled.item.id = `${this.idPrefix}-${this.made}`;
    return labelled;
  }

  *between(fromMs: number, toMs: number, ratePerHour: number): Iterable<FeedbackInput> {
    let atMs = fromMs;
    while (atMs < toMs) {
      // The rate is constant up to the edge, and a Poisson stream has no memory: past the edge, draw anew from there.
      const edgeMs = Math.min(nextHourMs(atMs, this.utcOffsetMs), nextIncidentEdgeMs(this.incidents, atMs), toMs);
      const rate = ratePerHour * trafficAt(atMs, this.utcOffsetMs) * (1 + incidentLoad(this.incidents, atMs));
      const nextMs = atMs + this.prng.exponential(HOUR_MS / rate);
      if (nextMs >= edgeMs) {
        atMs = edgeMs;
        continue;
      }
      atMs = nextMs;
      yield this.next(Math.floor(atMs));
    }
  }

  private draw(atMs: number, wish: Wish): LabelledFeedback {
    const { prng } = this;
    const incident = wish.incident ?? (wish.category === undefined && wish.sentiment === undefined ? this.drawIncident(atMs) : undefined);
    const category = incident === undefined ? wish.category ?? this.categories.draw(prng) : INCIDENT_CATEGORIES[incident.kind];
    const sentiment = incident === undefined ? wish.sentiment ?? this.sentiments[category].draw(prng) : 'negative';
    const writing = this.writings.draw(prng);
    const scene = new Scene(this.stage, prng, { writing, incident });
    const text = composeText(prng, {
      bank: this.banks[writing], category, sentiment, slotValue: scene.slotValue,
      ...(incident === undefined ? {} : { incident: incident.kind }),
    });
    const channel = this.channels[kindOf(category)].draw(prng);
    const item: FeedbackInput = { text, channel };
    fillFields(item, { prng, scene, category, sentiment, writing, drawCustomer: this.drawCustomer });
    const labelled = { item, category, sentiment, incident };
    this.remember(labelled);
    return labelled;
  }

  private drawIncident(atMs: number): Incident | undefined {
    const load = this.incidents.length === 0 ? 0 : incidentLoad(this.incidents, atMs);
    if (load === 0) return undefined;
    let point = this.prng.unit() * (1 + load) - 1;
    if (point < 0) return undefined;
    for (const incident of this.incidents) {
      if (atMs < incident.fromMs || atMs >= incident.toMs) continue;
      point -= incident.intensity;
      if (point < 0) return incident;
    }
    return undefined;
  }

  /** Somebody presses the button twice, or posts the same complaint again with more emphasis. */
  private repeat(): LabelledFeedback {
    const before = this.prng.pick(this.recent);
    const { id: _, ...item } = before.item;
    if (this.prng.chance(0.4)) item.text += before.sentiment === 'positive' ? '👍' : this.prng.chance(0.5) ? '！！' : '？？';
    return { ...before, item };
  }

  private remember(labelled: LabelledFeedback): void {
    if (this.recent.length < RECENT_MAX) this.recent.push(labelled);
    else this.recent[this.made % RECENT_MAX] = labelled;
  }
}

function kindOf(category: CategoryId): 'online' | 'shop' | 'app' {
  if (category === 'store.environment' || category === 'service.attitude') return 'shop';
  return category.startsWith('app.') || category.startsWith('account.') ? 'app' : 'online';
}
