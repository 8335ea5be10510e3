import { EMPTY, catchError, concatMap, defer, distinctUntilChanged, map, retry, startWith, throwError, timer, type Observable, type SchedulerLike } from 'rxjs';
import { checkComposites, type CompositeFault } from '../../alerts/rules/check-composites.ts';
import { checkRule, parseRule, type RuleFault } from '../../alerts/rules/parse-rule.ts';
import { ruleToJson } from '../../alerts/rules/rule-to-json.ts';
import { warnOfValues, type RuleWarning } from '../../alerts/rules/warn-of-values.ts';
import { warnOfMatcher, type MatcherJudge } from '../../alerts/silences/warn-of-matcher.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import { notifyFaults, refuseUnknownNames } from '../channels/known-names.ts';
import type { KeyValue } from '../../stream/ports.ts';

const READ_RETRY_DELAY_MS = 500;

export interface BookedRule {
  rule: Rule;
  /** Rules from files are read-only over the API. */
  source: 'file' | 'api';
}

/** Every rule in force: those of the files, and those made over the API, kept in a bucket. */
export class RuleBook {
  readonly #fromFiles: ReadonlyMap<string, Rule>;
  readonly #bucket: KeyValue;
  /** Rules of the bucket when it was last listed, by their texts. */
  #read: ReadonlyMap<string, Rule> = new Map();
  readonly #known: (() => Promise<ReadonlySet<string>>) | undefined;

  readonly #categories: () => readonly string[];

  /** `known`: names that `notify` may hold; any when absent. `categories`: ids of the company's own categories. */
  constructor(fromFiles: readonly Rule[], bucket: KeyValue, known?: () => Promise<ReadonlySet<string>>, categories: () => readonly string[] = () => []) {
    this.#known = known;
    this.#categories = categories;
    this.#fromFiles = new Map(fromFiles.map((rule) => [rule.id, rule]));
    this.#bucket = bucket;
  }

  /** By id. A file's rule hides one of the same id that was made over the API before the file came. */
  async list(): Promise<BookedRule[]> {
    const booked: BookedRule[] = [...this.#fromFiles.values()].map((rule) => ({ rule, source: 'file' }));
    const read = new Map<string, Rule>();
    for (const text of (await this.#bucket.entries()).values()) {
      const rule = this.#read.get(text) ?? parseRule(JSON.parse(text));
      read.set(text, rule);
      if (!this.#fromFiles.has(rule.id)) booked.push({ rule, source: 'api' });
    }
    this.#read = read;
    return booked.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1));
  }

  async get(id: string): Promise<BookedRule> {
    const found = (await this.list()).find((booked) => booked.rule.id === id);
    if (!found) throw new TocsinError('not_found', `there is no rule ${id}`);
    return found;
  }

  /** Everything that is wrong with a rule, in itself and beside the others: as if it were made, or put in place of the one with its id. */
  async check(input: unknown): Promise<Pick<RuleFault, 'key' | 'message'>[]> {
    const checked = checkRule(input);
    if (!checked.ok) return checked.faults.map(({ key, message }) => ({ key, message }));
    const { rule } = checked;
    const rules = (await this.list()).map((one) => one.rule);
    const names = this.#known === undefined ? [] : notifyFaults(rule, await this.#known());
    const composites = newFaults(rules, rule).map(({ ruleId, key, message }) => (ruleId === rule.id ? { key, message } : { key: 'id', message: `breaks the composite ${ruleId}: its ${key} ${message}` }));
    const isFromFile = this.#fromFiles.has(rule.id) ? [{ key: 'id', message: `${rule.id} is taken by a rule of a file; change it there` }] : [];
    return [...isFromFile, ...names, ...composites];
  }

  /** What is allowed in these rules and most likely not meant, for each of them in their order. */
  warningsOf(rules: readonly Rule[]): RuleWarning[][] {
    const categories = this.#categories();
    return rules.map((rule) => warnOfValues(rule, categories));
  }

  /** The same of matchers, of silences and of the routing book; null for one of which nothing is to be said. Where the rules cannot be read, any is taken for one. */
  async matcherJudge(): Promise<MatcherJudge> {
    const rules = await this.list().then((all) => all.map(({ rule }) => rule.id), () => undefined);
    const known = { categories: this.#categories(), ...(rules === undefined ? {} : { rules }) };
    return (matcher) => warnOfMatcher(matcher, known);
  }

  /** @throws TocsinError `invalid_rule`, or `conflict` when the id is taken */
  async create(input: unknown): Promise<BookedRule> {
    const rule = parseRule(input);
    const booked = await this.list();
    if (booked.some((one) => one.rule.id === rule.id)) throw new TocsinError('conflict', `rule ${rule.id} exists already; PUT replaces it`);
    refuseComposites(booked.map((one) => one.rule), rule);
    return this.#store(rule);
  }

  /** @throws TocsinError `invalid_rule`, `not_found`, or `conflict` for a file's rule */
  async replace(id: string, input: unknown): Promise<BookedRule> {
    const rule = parseRule(input);
    if (rule.id !== id) throw new TocsinError('invalid_rule', `id: the rule's id is ${rule.id}, the address says ${id}`);
    this.#refuseFile(await this.get(id));
    refuseComposites((await this.list()).map((one) => one.rule), rule);
    return this.#store(rule);
  }

  async remove(id: string): Promise<void> {
    this.#refuseFile(await this.get(id));
    const others = (await this.list()).map((one) => one.rule).filter((rule) => rule.id !== id);
    const naming = others.find((rule) => rule.kind === 'composite' && new RegExp(`(?<![a-z0-9-])${id}(?![a-z0-9-])`).test(rule.when));
    if (naming !== undefined) throw new TocsinError('conflict', `rule ${id} is named by the composite ${naming.id}; change that one first`);
    await this.#bucket.delete(id);
  }

  /** The whole set, now and after each change; while the bucket cannot be reached it is asked again. `scheduler`: for virtual time. */
  sets(scheduler?: SchedulerLike): Observable<Rule[]> {
    return this.#bucket.changes().pipe(
      startWith(undefined),
      concatMap(() => defer(() => this.list()).pipe(
        retry({ delay: (error: unknown) => (error instanceof TocsinError && error.retryable ? timer(READ_RETRY_DELAY_MS, scheduler) : throwError(() => error)) }),
        catchError(() => EMPTY),
      )),
      map((booked) => booked.map(({ rule }) => rule)),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    );
  }

  async #store(rule: Rule): Promise<BookedRule> {
    if (this.#known !== undefined) refuseUnknownNames([rule], await this.#known());
    await this.#bucket.put(rule.id, JSON.stringify(ruleToJson(rule)));
    return { rule, source: 'api' };
  }

  #refuseFile({ rule, source }: BookedRule): void {
    if (source === 'file') throw new TocsinError('conflict', `rule ${rule.id} comes from a file in the folder of rules; change it there`);
  }
}

/** Faults that a rule brings into the set, its own or those of composites that name it. */
function newFaults(rules: readonly Rule[], rule: Rule): CompositeFault[] {
  const before = new Set(checkComposites(rules).map((fault) => JSON.stringify(fault)));
  return checkComposites([...rules.filter(({ id }) => id !== rule.id), rule]).filter((fault) => fault.ruleId === rule.id || !before.has(JSON.stringify(fault)));
}

function refuseComposites(rules: readonly Rule[], rule: Rule): void {
  const faults = newFaults(rules, rule);
  if (faults.length > 0) throw new TocsinError('invalid_rule', faults.map((fault) => `${fault.key} of ${fault.ruleId} ${fault.message}.`).join(' '));
}
