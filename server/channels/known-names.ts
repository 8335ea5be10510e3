import type { RoutingBook } from '../../alerts/routing/book.ts';
import { unknownNotifyNames } from '../../alerts/channels/config/check-channel-set.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import type { ChannelBook } from './channel-book.ts';
import { ON_CALL } from './read-channels.ts';

/** Names that mean somebody under `notify`: the channels, and `on-call`. */
export async function knownNames(book: Pick<ChannelBook, 'list'>): Promise<Set<string>> {
  return new Set([ON_CALL, ...(await book.list()).map(({ channel }) => channel.id)]);
}

/** As `knownNames`, with the targets of the routing book: `user:u1`, `team:care`, `manager:care`, `schedule:primary`, and `channel:desk` beside the bare name. */
export function knownTargets(names: ReadonlySet<string>, ...books: readonly Pick<RoutingBook, 'users' | 'teams' | 'schedules'>[]): Set<string> {
  return new Set([
    ...names, ...[...names].filter((name) => name !== ON_CALL).map((name) => `channel:${name}`), 
    ...books.flatMap(({ users, teams, schedules }) => [
      ...users.map(({ id }) => `user:${id}`), ...teams.flatMap(({ id }) => [`team:${id}`, `everyone:${id}`]), ...teams.filter(({ manager }) => manager !== null).map(({ id }) => `manager:${id}`),
      ...schedules.flatMap(({ id }) => [`schedule:${id}`, `next:${id}`]),
    ]),
  ]);
}

/** What rules say under `notify` that means nobody, one sentence each. */
export function namesOfNobody(rules: readonly Rule[], known: ReadonlySet<string>): string[] {
  return rules.flatMap((rule) => notifyFaults(rule, known).map(({ key, message }) => `rule ${rule.id}: ${key} ${message}`));
}

/** The same of one rule, each with its key. */
export function notifyFaults(rule: Rule, known: ReadonlySet<string>): { key: string; message: string }[] {
  const lists: [string, readonly string[]][] = [['notify', rule.notify], ...rule.escalate.map(({ notify = [] }, level): [string, readonly string[]] => [`escalate[${level}].notify`, notify])];
  return lists.flatMap(([key, names]) => unknownNotifyNames(names, known).map(({ index, message }) => ({ key: `${key}[${index}]`, message })));
}

/** @throws TocsinError `invalid_rule` when a rule names nobody that is known. */
export function refuseUnknownNames(rules: readonly Rule[], known: ReadonlySet<string>): void {
  const sentences = namesOfNobody(rules, known);
  if (sentences.length > 0) throw new TocsinError('invalid_rule', sentences.length === 1 ? `${sentences[0]}.` : `the rules do not fit:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
}

/** Which rules name a channel. */
export function rulesNaming(id: string, rules: readonly Rule[]): string[] {
  return rules.filter((rule) => [rule.notify, ...rule.escalate.map(({ notify }) => notify ?? [])].some((names) => names.includes(id) || names.includes(`channel:${id}`))).map((rule) => `rule ${rule.id} notifies it`);
}

/** @throws TocsinError `invalid_setting` when TOCSIN_TROUBLE_NOTIFY names nobody that is known. */
export function refuseUnknownTroubleNames(names: readonly string[], known: ReadonlySet<string>): void {
  const [unknown] = unknownNotifyNames(names, known);
  if (unknown !== undefined) throw new TocsinError('invalid_setting', `TOCSIN_TROUBLE_NOTIFY ${unknown.message}.`);
}
