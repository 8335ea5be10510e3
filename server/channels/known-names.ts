import { unknownNotifyNames } from '../../alerts/channels/config/check-channel-set.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import type { ChannelBook } from './channel-book.ts';
import { ON_CALL } from './read-channels.ts';

/** Names that mean somebody under `notify`: the channels, and `on-call`. */
export async function knownNames(book: Pick<ChannelBook, 'list'>): Promise<Set<string>> {
  return new Set([ON_CALL, ...(await book.list()).map(({ channel }) => channel.id)]);
}

/** What rules say under `notify` that means nobody, one sentence each. */
export function namesOfNobody(rules: readonly Rule[], known: ReadonlySet<string>): string[] {
  return rules.flatMap((rule) => {
    const lists: [string, readonly string[]][] = [['notify', rule.notify], ...rule.escalate.map(({ notify = [] }, level): [string, readonly string[]] => [`escalate[${level}].notify`, notify])];
    return lists.flatMap(([key, names]) => unknownNotifyNames(names, known).map(({ index, message }) => `rule ${rule.id}: ${key}[${index}] ${message}`));
  });
}

/** @throws TocsinError `invalid_rule` when a rule names nobody that is known. */
export function refuseUnknownNames(rules: readonly Rule[], known: ReadonlySet<string>): void {
  const sentences = namesOfNobody(rules, known);
  if (sentences.length > 0) throw new TocsinError('invalid_rule', sentences.length === 1 ? `${sentences[0]}.` : `the rules do not fit:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
}

/** Which rules name a channel. */
export function rulesNaming(id: string, rules: readonly Rule[]): string[] {
  return rules.filter((rule) => [rule.notify, ...rule.escalate.map(({ notify }) => notify ?? [])].some((names) => names.includes(id))).map((rule) => `rule ${rule.id} notifies it`);
}
