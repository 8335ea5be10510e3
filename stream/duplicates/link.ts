import type { FeedbackItem } from '../../core/feedback.ts';
import { mix32 } from '../windows/hash.ts';
import { hash53, textNumber } from './campaigns.ts';
import type { CampaignGroup, Membership } from './campaigns.ts';
import { CAMPAIGN_WEIGHT_MIN, readItem } from './readers.ts';
import { digitsAgree, isNearEqual, isSameCampaign } from './near-equal.ts';
import {
  BEFORE, BEFORE_BY_OTHER, CUSTOMER_HIGH, CUSTOMER_LOW, DIGITS, EVENT_SECONDS, GROUP, ORDER, OTHER_HIGH, OTHER_LOW, PRODUCT, SKETCH, TEXT_HIGH, TEXT_LOW,
  isOfCustomer, markCustomer,
} from './records.ts';
import { BANDS, SKETCH_WORDS } from './sketch.ts';
import { advanceDuplicates } from './state.ts';
import type { DuplicateState } from './state.ts';

/** Below this weight (six ideographs) a text says so little that only equal letters soon after count as the same. */
export const SHORT_WEIGHT = 12;
/** An item that names no customer is a repeat only where it says at least this much. */
export const EXACT_WEIGHT_MIN = 20;

const SECONDS_MAX = 0xffffffff;

/** The numbers of a copied text's group at the present item. */
export interface CampaignNumbers {
  items: number;
  customers: number;
  texts: number;
  /** False where a limit makes customers and texts lower bounds. */
  exact: boolean;
}

/**
 * What an item is beside those before it. `repeat`: the same customer said the same before; `of` is that first item's id, and
 * this one does not count. `campaign`: enough customers sent this text; it counts, and `of` is the id of the group's first item.
 */
export type Link = { kind: 'original' } | { kind: 'repeat'; of: string } | ({ kind: 'campaign'; of: string } & CampaignNumbers);

const ORIGINAL: Link = Object.freeze({ kind: 'original' });

/** What of the present item is compared beside its text. */
interface Facts {
  seconds: number;
  order: number;
  product: number;
}

/**
 * Links one new item to those before it and remembers it. Items come in the log's order, each once; `nowMs` is stream time.
 * Deterministic: the same items give the same links, also across `encodeDuplicates` and `decodeDuplicates`.
 */
export function link(state: DuplicateState, item: FeedbackItem, nowMs: number): Link {
  readItem(state, item);
  return linkRead(state, item, nowMs);
}

/** As `link`, of the item that was read last or read ahead and is the present one. */
export function linkRead(state: DuplicateState, item: FeedbackItem, nowMs: number): Link {
  advanceDuplicates(state, nowMs);
  const { keys, sketch, records } = state;
  state.group = 0;
  if (!state.isSketched) return ORIGINAL;
  const facts: Facts = {
    seconds: Math.min(Math.max(0, Math.floor(Math.min(item.createdAtMs, state.nowMs) / 1000)), SECONDS_MAX),
    order: keys.ofValue(item.workspace, item.order),
    product: keys.ofValue(item.workspace, item.product),
  };
  const isCopyable = sketch.weight >= CAMPAIGN_WEIGHT_MIN;
  if (keys.kind === 'none' && !isCopyable) return ORIGINAL;
  if (keys.kind === 'customer' || (keys.kind === 'exact' && sketch.weight >= EXACT_WEIGHT_MIN)) {
    let first = findRepeat(state, facts, keys.low, keys.high);
    if (first === 0 && keys.otherLow !== 0) first = findRepeat(state, facts, keys.otherLow, keys.otherHigh);
    if (first !== 0) return { kind: 'repeat', of: records.id(first) };
  }
  const place = remember(state, item.id, facts);
  if (!isCopyable) return ORIGINAL;
  const group = joinGroup(state, item, place);
  if (group === null || !state.campaigns.isCampaign(group)) return ORIGINAL;
  state.group = group.number;
  return { kind: 'campaign', of: group.firstId, ...numbersOf(group) };
}

export function numbersOf({ items, customers, texts, exact }: CampaignGroup): CampaignNumbers {
  return { items, customers: customers.size, texts: texts.size, exact };
}

/** The latest of the sender's texts that says the same, or 0. Lanes are signed. */
function findRepeat(state: DuplicateState, facts: Facts, senderLow: number, senderHigh: number): number {
  const { records, config } = state;
  const low = senderLow >>> 0;
  const high = senderHigh >>> 0;
  let number = state.senders.get(low);
  for (let left = config.perCustomerMax; left > 0 && records.has(number); left--) {
    const from = records.at(number);
    const { words } = records;
    let before = 0;
    if (words[from + CUSTOMER_LOW] === low && words[from + CUSTOMER_HIGH] === high) before = words[from + BEFORE]!;
    else if (words[from + OTHER_LOW] === low && words[from + OTHER_HIGH] === high) before = words[from + BEFORE_BY_OTHER]!;
    // Another sender with the same 32 bits stands in the way.
    else return 0;
    if (saysTheSame(state, facts, words, from)) return number;
    number = before;
  }
  return 0;
}

function saysTheSame(state: DuplicateState, facts: Facts, words: Uint32Array, from: number): boolean {
  const { sketch, config, keys } = state;
  const apartMs = Math.abs(facts.seconds - words[from + EVENT_SECONDS]!) * 1000;
  if (apartMs > config.horizonMs) return false;
  if (differ(facts.order, words[from + ORDER]!) || differ(facts.product, words[from + PRODUCT]!)) return false;
  if (words[from + TEXT_LOW] === sketch.low >>> 0 && words[from + TEXT_HIGH] === sketch.high >>> 0) {
    return sketch.weight >= SHORT_WEIGHT || apartMs <= config.shortHorizonMs;
  }
  if (keys.kind === 'exact' || sketch.weight < SHORT_WEIGHT || !digitsAgree(sketch.digits, words[from + DIGITS]!)) return false;
  return isNearEqual(state.compare.overlap(sketch.bits, words, from + SKETCH));
}

/** Two orders or two products are two things, whatever is said of them. */
function differ(a: number, b: number): boolean {
  return a !== 0 && b !== 0 && a !== b;
}

/** Where the present item's record stands. */
interface Place {
  words: Uint32Array;
  from: number;
  seconds: number;
}

/** Makes the present item its sender's latest record. */
function remember(state: DuplicateState, id: string, facts: Facts): Place {
  const { records, senders, keys, sketch } = state;
  const from = records.add(id, state.nowMs, sketch.weight);
  const number = records.last;
  const { words } = records;
  words[from + TEXT_LOW] = sketch.low;
  words[from + TEXT_HIGH] = sketch.high;
  words[from + EVENT_SECONDS] = facts.seconds;
  words[from + ORDER] = facts.order;
  words[from + PRODUCT] = facts.product;
  words[from + DIGITS] = sketch.digits;
  for (let word = 0; word < SKETCH_WORDS; word++) words[from + SKETCH + word] = sketch.bits[word]!;
  if (keys.kind === 'customer') markCustomer(words, from);
  if (keys.kind !== 'none') {
    words[from + CUSTOMER_LOW] = keys.low;
    words[from + CUSTOMER_HIGH] = keys.high;
    words[from + BEFORE] = senders.exchange(keys.low, number);
  }
  if (keys.otherLow !== 0) {
    words[from + OTHER_LOW] = keys.otherLow;
    words[from + OTHER_HIGH] = keys.otherHigh;
    words[from + BEFORE_BY_OTHER] = senders.exchange(keys.otherLow, number);
  }
  return { words, from, seconds: facts.seconds };
}

/** The group of the present item's text, where another sender sent it before. */
function joinGroup(state: DuplicateState, item: FeedbackItem, own: Place): CampaignGroup | null {
  const { bands, sketch, records, keys } = state;
  const number = records.last;
  let group: CampaignGroup | null = null;
  let lastTried = 0;
  for (let band = 0; band < BANDS; band++) {
    const key = sketch.bands[band]!;
    if (key === 0) continue;
    const candidate = bands.exchange(mix32(key ^ keys.workspace), number);
    if (group !== null || candidate === 0 || candidate === number || candidate === lastTried) continue;
    lastTried = candidate;
    group = tryGroup(state, item, own, candidate);
  }
  if (group !== null) own.words[own.from + GROUP] = group.number;
  return group;
}

function tryGroup(state: DuplicateState, item: FeedbackItem, own: Place, candidate: number): CampaignGroup | null {
  const { campaigns, records, sketch, config } = state;
  const from = records.at(candidate);
  const { words } = records;
  if (Math.abs(own.seconds - words[from + EVENT_SECONDS]!) * 1000 > config.horizonMs) return null;
  const known = campaigns.get(words[from + GROUP]!);
  if (known !== undefined && known.workspace === item.workspace) {
    if (!known.texts.has(textNumber(sketch)) && !isSameCampaign(state.compare.overlap(sketch.bits, known.sketch, 0))) return null;
    campaigns.join(known, membershipOf(state, item, own));
    return known;
  }
  const isEqual = words[from + TEXT_LOW] === sketch.low >>> 0 && words[from + TEXT_HIGH] === sketch.high >>> 0;
  if (!isEqual && !isSameCampaign(state.compare.overlap(sketch.bits, words, from + SKETCH))) return null;
  const present = membershipOf(state, item, own);
  const before = { ...present, customer: customerNumber(words, from), text: hash53(words[from + TEXT_LOW]!, words[from + TEXT_HIGH]!), createdAtMs: words[from + EVENT_SECONDS]! * 1000 };
  if (before.customer !== 0 && before.customer === present.customer) return null;
  const sketched = words.subarray(from + SKETCH, from + SKETCH + SKETCH_WORDS);
  const group = campaigns.open({ workspace: item.workspace, firstId: records.id(candidate), sketch: sketched }, before);
  records.beforeWrite(candidate);
  words[from + GROUP] = group.number;
  campaigns.join(group, present);
  return group;
}

function membershipOf(state: DuplicateState, item: FeedbackItem, own: Place): Membership {
  const { sketch, nowMs } = state;
  return { customer: customerNumber(own.words, own.from), text: textNumber(sketch), createdAtMs: Math.min(item.createdAtMs, nowMs), nowMs };
}

function customerNumber(words: Uint32Array, from: number): number {
  return isOfCustomer(words, from) ? hash53(words[from + CUSTOMER_LOW]!, words[from + CUSTOMER_HIGH]!) : 0;
}
