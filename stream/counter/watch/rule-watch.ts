import type { Rule } from '../../../core/rule.ts';
import type { AwaitedFill } from '../counting-plan.ts';
import type { Counts } from '../kept-counts.ts';
import type { Baseline } from './baseline.ts';
import type { CustomerWindow } from './customer-window.ts';
import { NamedGroups } from './named-groups.ts';
import type { NamedGroup } from './named-groups.ts';
import type { SavedTopics, TopicSketch } from './topics/topic-sketch.ts';
import { WeightWindows } from './weight-windows.ts';
import type { SavedWeights } from './weight-windows.ts';

/** What a rule remembers of a group beside its open alert. */
export interface WatchEntry {
  /** Since when it fires without having opened; null where it does not. */
  pendingSinceMs: number | null;
  /** Since when an open alert is kept though it is over; null where it is not. */
  keptSinceMs: number | null;
  /** When the group is looked at next; 0: never by time alone. */
  dueMs: number;
}

/**
 * State of a rule that is more than a count which opens at a number: one that must hold for a while, or of another kind.
 * `customers` are made from the grouping when they are needed and are not saved.
 */
export class RuleWatch {
  readonly entries: Map<number, WatchEntry>;
  weights: WeightWindows;
  /** Of a rule that looks at other things than groups of items. */
  readonly groups: NamedGroups;
  /** Of a rule that watches for new topics: one for each workspace, and the open alert that a term belongs to. */
  topics: TopicSketch[] = [];
  readonly topicOf: Map<string, number>;
  readonly customers = new Map<number, CustomerWindow>();
  readonly baselines: Map<number, Baseline>;
  /** What is still to come from the store of what the rule keeps itself; null where nothing is. */
  fill: AwaitedFill | null;
  /** What a share is of; set with the plan. */
  volume: Counts | null = null;

  constructor(saved: SavedWatch = { entries: [], weights: [], baselines: [], groups: [], topicOf: [], topics: [] }) {
    this.entries = new Map(saved.entries.map(([key, entry]) => [key, { ...entry }]));
    this.weights = new WeightWindows(saved.weights);
    this.baselines = new Map(saved.baselines);
    this.groups = new NamedGroups(saved.groups);
    this.topicOf = new Map(saved.topicOf);
    this.fill = saved.fill ?? null;
  }

  /** The group's entry, made where there is none. */
  entry(key: number): WatchEntry {
    let entry = this.entries.get(key);
    if (entry === undefined) this.entries.set(key, (entry = { pendingSinceMs: null, keptSinceMs: null, dueMs: 0 }));
    return entry;
  }

  /** The group is gone, or its number will stand for another one. */
  forget(key: number): void {
    this.entries.delete(key);
    this.weights.forget(key);
    this.customers.delete(key);
    this.baselines.delete(key);
  }

  /** What was made from the grouping has to be made anew: items came that were not told one by one. */
  forgetDerived(): void {
    this.customers.clear();
    this.baselines.clear();
  }

  save(): SavedWatch {
    return { entries: Array.from(this.entries, ([key, entry]) => [key, { ...entry }]), weights: this.weights.save(), baselines: [...this.baselines], groups: this.groups.save(), topicOf: [...this.topicOf], topics: this.topics.map((topic) => topic.save().saved), fill: this.fill };
  }
}

export interface SavedWatch {
  entries: [key: number, WatchEntry][];
  weights: readonly SavedWeights[];
  baselines: [key: number, baseline: Baseline][];
  groups: [key: number, group: NamedGroup][];
  topicOf: [term: string, key: number][];
  /** Without their sketches, which are saved as bytes. */
  topics: SavedTopics[];
  /** Absent in older snapshots. */
  fill?: AwaitedFill | null;
}

/** False for rules that the plain count serves: they open on the item that reaches a number. */
export function isWatched(rule: Rule): boolean {
  if (rule.kind === 'severe') return false;
  return rule.kind !== 'threshold' || (rule.of ?? 'items') !== 'items' || (rule.forMs ?? 0) > 0 || (rule.keepFiringMs ?? 0) > 0;
}

/** What a rule keeps of items beside the groupings; null where it keeps nothing. */
export function keptByRule(rule: Rule): 'weights' | 'texts' | null {
  if (rule.kind === 'newTopic') return 'texts';
  return rule.kind === 'threshold' && rule.of === 'probability' ? 'weights' : null;
}

/** False for rules that count nothing in groups of items: they look at terms, or at other rules. */
export function isGrouped(rule: Rule): boolean {
  return rule.kind !== 'newTopic' && rule.kind !== 'composite';
}

/** True where the open alerts and windows of a rule go on under another version of it. */
export function continues(old: Rule, rule: Rule): boolean {
  if (old.kind !== rule.kind || isWatched(old) !== isWatched(rule)) return false;
  if (old.kind === 'threshold' && rule.kind === 'threshold') return (old.of ?? 'items') === (rule.of ?? 'items');
  if (old.kind === 'share' && rule.kind === 'share') return JSON.stringify(old.of) === JSON.stringify(rule.of);
  if (old.kind === 'newTopic' && rule.kind === 'newTopic') return old.terms === rule.terms && old.memoryMs === rule.memoryMs && old.windowMs === rule.windowMs;
  return true;
}
