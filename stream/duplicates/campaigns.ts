import type { ByteReader, StateWriter } from '../windows/bytes.ts';
import { Members } from './members.ts';
import { SKETCH_WORDS } from './sketch.ts';
import type { TextSketch } from './sketch.ts';

/** One text that more than one customer sent. */
export interface CampaignGroup {
  number: number;
  workspace: string;
  /** Id of the first item. */
  firstId: string;
  /** The first text's sketch: later ones are compared with it, so that a group does not drift away from it. */
  sketch: Int32Array;
  firstAtMs: number;
  lastAtMs: number;
  /** Stream time of the latest item. */
  seenMs: number;
  items: number;
  /** 53-bit hashes. */
  customers: Members;
  texts: Members;
  /** False once a limit kept a customer or text from being remembered: both numbers are then lower bounds. */
  exact: boolean;
  /** Event times of the latest customers that were new to the group, `campaignCustomers` at most. */
  newCustomersAtMs: number[];
  /** Whether it ever was a campaign. */
  confirmed: boolean;
  /** Neighbours in the order in which groups were heard of last. */
  before: CampaignGroup | null;
  after: CampaignGroup | null;
}

type SavedGroup = Omit<CampaignGroup, 'sketch' | 'customers' | 'texts' | 'before' | 'after'> & { sketch: number[]; customers: number; texts: number };

/** One item's part in a group. `customer`: 0 for an item that names none. */
export interface Membership {
  customer: number;
  text: number;
  createdAtMs: number;
  nowMs: number;
}

export interface CampaignLimits {
  customers: number;
  horizonMs: number;
  groupsMax: number;
  membersMax: number;
}

/** Groups of near-equal texts, the one heard of least recently first. */
export class Campaigns {
  readonly #limits: CampaignLimits;
  readonly #groups = new Map<number, CampaignGroup>();
  #first: CampaignGroup | null = null;
  #last: CampaignGroup | null = null;
  #lastNumber = 0;
  #members = 0;
  /** Groups that left before the horizon because there were too many. */
  forgottenEarly = 0;
  /** Customers and texts that were not remembered because there were too many. */
  membersRefused = 0;

  constructor(limits: CampaignLimits) {
    this.#limits = limits;
  }

  get(number: number): CampaignGroup | undefined {
    return number === 0 ? undefined : this.#groups.get(number);
  }

  /** Brings what `join` will look at nearer; the answer means nothing. */
  touch(number: number): number {
    const group = this.#groups.get(number);
    return group === undefined ? 0 : group.sketch[0]! ^ group.items ^ group.newCustomersAtMs.length;
  }

  open(first: { workspace: string; firstId: string; sketch: ArrayLike<number> }, from: Membership): CampaignGroup {
    if (this.#groups.size >= this.#limits.groupsMax) {
      this.forgottenEarly++;
      this.#drop(this.#first!);
    }
    this.#lastNumber = this.#lastNumber === 0xffffffff ? 1 : this.#lastNumber + 1;
    const group: CampaignGroup = {
      number: this.#lastNumber,
      workspace: first.workspace,
      firstId: first.firstId,
      sketch: Int32Array.from(first.sketch),
      firstAtMs: from.createdAtMs,
      lastAtMs: from.createdAtMs,
      seenMs: from.nowMs,
      items: 0,
      customers: new Members(),
      texts: new Members(),
      exact: true,
      newCustomersAtMs: [],
      confirmed: false,
      before: null,
      after: null,
    };
    this.#groups.set(group.number, group);
    this.#putLast(group);
    this.join(group, from);
    return group;
  }

  /** Counts one item into a group. */
  join(group: CampaignGroup, { customer, text, createdAtMs, nowMs }: Membership): void {
    group.items++;
    group.firstAtMs = Math.min(group.firstAtMs, createdAtMs);
    group.lastAtMs = Math.max(group.lastAtMs, createdAtMs);
    group.seenMs = nowMs;
    this.#remember(group, group.texts, text);
    if (customer !== 0 && this.#remember(group, group.customers, customer)) {
      const { newCustomersAtMs } = group;
      newCustomersAtMs.push(createdAtMs);
      if (newCustomersAtMs.length > this.#limits.customers) newCustomersAtMs.shift();
    }
    if (!group.confirmed && this.isCampaign(group)) group.confirmed = true;
    if (group === this.#last) return;
    this.#takeOut(group);
    this.#putLast(group);
  }

  /** Whether enough customers joined within one horizon. */
  isCampaign({ newCustomersAtMs }: CampaignGroup): boolean {
    if (newCustomersAtMs.length < this.#limits.customers) return false;
    let earliestMs = newCustomersAtMs[0]!;
    let latestMs = earliestMs;
    for (let index = 1; index < newCustomersAtMs.length; index++) {
      const ms = newCustomersAtMs[index]!;
      if (ms < earliestMs) earliestMs = ms;
      if (ms > latestMs) latestMs = ms;
    }
    return latestMs - earliestMs <= this.#limits.horizonMs;
  }

  retire(nowMs: number): void {
    while (this.#first !== null && nowMs - this.#first.seenMs > this.#limits.horizonMs) this.#drop(this.#first);
  }

  /** The one heard of least recently first. */
  all(): CampaignGroup[] {
    const groups: CampaignGroup[] = [];
    for (let group = this.#first; group !== null; group = group.after) groups.push(group);
    return groups;
  }

  get members(): number {
    return this.#members;
  }

  /** Of all members; a group itself is an object of some 400 bytes. */
  bytes(): number {
    return this.all().reduce((sum, { customers, texts }) => sum + customers.bytes() + texts.bytes(), 0);
  }

  encode(out: StateWriter): void {
    const groups = this.all();
    const saved = groups.map(({ before: _, after: __, ...group }): SavedGroup => ({ ...group, newCustomersAtMs: [...group.newCustomersAtMs], sketch: [...group.sketch], customers: group.customers.size, texts: group.texts.size }));
    const members = new Float64Array(this.#members);
    let at = 0;
    for (const { customers, texts } of groups) {
      for (const set of [customers, texts]) {
        members.set(set.values(), at);
        at += set.size;
      }
    }
    out.json({ lastNumber: this.#lastNumber, forgottenEarly: this.forgottenEarly, membersRefused: this.membersRefused });
    out.list(saved);
    out.bytes(new Uint8Array(members.buffer));
  }

  static decode(from: ByteReader, limits: CampaignLimits): Campaigns {
    const campaigns = new Campaigns(limits);
    const numbers = from.json() as { lastNumber: number; forgottenEarly: number; membersRefused: number };
    const groups = from.list() as SavedGroup[];
    const members = new Float64Array(from.bytes().buffer);
    let at = 0;
    const take = (count: number): Members => new Members(members.subarray(at, (at += count)));
    for (const saved of groups) {
      const sketch = new Int32Array(SKETCH_WORDS);
      sketch.set(saved.sketch);
      const group: CampaignGroup = { ...saved, sketch, customers: take(saved.customers), texts: take(saved.texts), before: null, after: null };
      campaigns.#groups.set(group.number, group);
      campaigns.#putLast(group);
    }
    campaigns.#lastNumber = numbers.lastNumber;
    campaigns.#members = members.length;
    campaigns.forgottenEarly = numbers.forgottenEarly;
    campaigns.membersRefused = numbers.membersRefused;
    return campaigns;
  }

  /** True where the member is new to the set and was remembered. */
  #remember(group: CampaignGroup, set: Members, member: number): boolean {
    if (this.#members < this.#limits.membersMax) {
      const isNew = set.add(member);
      if (isNew) this.#members++;
      return isNew;
    }
    if (set.has(member)) return false;
    this.membersRefused++;
    group.exact = false;
    return false;
  }

  #drop(group: CampaignGroup): void {
    this.#members -= group.customers.size + group.texts.size;
    this.#groups.delete(group.number);
    this.#takeOut(group);
  }

  #takeOut(group: CampaignGroup): void {
    if (group.before === null) this.#first = group.after;
    else group.before.after = group.after;
    if (group.after === null) this.#last = group.before;
    else group.after.before = group.before;
  }

  #putLast(group: CampaignGroup): void {
    group.before = this.#last;
    group.after = null;
    if (this.#last === null) this.#first = group;
    else this.#last.after = group;
    this.#last = group;
  }
}

/** A 64-bit hash as a whole number that a double holds exactly; never 0. */
export function hash53(low: number, high: number): number {
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0) || 1;
}

export function textNumber(sketch: TextSketch): number {
  return hash53(sketch.low, sketch.high);
}
