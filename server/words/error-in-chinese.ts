import { routingFaultInChinese } from '../../alerts/routing/fault-in-chinese.ts';
import { inChinese as ruleFaultInChinese } from '../../alerts/rules/fault-in-chinese.ts';
import { ERROR_WORDS } from '../../core/error-words.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { FAULTS, NOUNS, SENTENCES, TYPES } from './sentences.ts';

/**
 * An error's sentence in Chinese. Where there is none for this very sentence, what its code stands for, with the English sentence behind it. Pure.
 */
export function errorInChinese(code: ErrorCode, message: string): string {
  return sentence(message) ?? ruleSentence(code, message) ?? `${ERROR_WORDS[code].zh}。(原文:${message})`;
}

/** One fault of a field, as they stand in lists: `limit: must be …`, or what stands behind the field's name alone. Pure. */
export function faultInChinese(message: string): string {
  return filled(FAULTS, message) ?? routingFaultInChinese(message) ?? knownRuleFault(message) ?? message;
}

/**
 * What is wrong with a line or row of a file that is posted: `has no text`, or `was refused: FIELD must be …` where the server
 * said so. Pure.
 */
export function rowProblemInChinese(reason: string): string {
  const refused = /^was refused: (.+)$/su.exec(reason);
  if (refused === null) return faultInChinese(reason);
  return `未被接收:${itemFault(refused[1] ?? '')}`;
}

function knownRuleFault(message: string): string | null {
  const said = ruleFaultInChinese(message);
  return said.startsWith('有误:') ? null : said;
}

function sentence(message: string): string | null {
  return filled(SENTENCES, message);
}

/** Faults of a rule stand behind the key that they are about. */
function ruleSentence(code: ErrorCode, message: string): string | null {
  if (code !== 'invalid_rule') return null;
  const found = /^(?:The rule|(\S+)) (.+?)\.?$/s.exec(message);
  if (found === null) return null;
  const [, key, fault = ''] = found;
  const said = ruleFaultInChinese(fault);
  return said.startsWith('有误:') ? null : `${key ?? '规则'}:${said}。`;
}

function filled(sentences: readonly (readonly [RegExp, string])[], message: string): string | null {
  for (const [pattern, text] of sentences) {
    const found = pattern.exec(message);
    if (found !== null) return text.replace(/\{(\d)(?::(\w+))?\}/gu, (_, at: string, how: string | undefined) => put(found[Number(at)] ?? '', how));
  }
  return null;
}

function put(caught: string, how: string | undefined): string {
  switch (how) {
    case 'noun':
      return NOUNS[caught] ?? ` ${caught}`;
    case 'type':
      return TYPES[caught] ?? caught;
    case 'list':
      return caught.split('; ').map(named).join(';');
    case 'lines':
      return caught.split('\n').map(line).join('\n');
    case 'deep':
      return sentence(caught) ?? caught;
    case 'fault':
      return faultInChinese(caught);
    case 'item':
      return itemFault(caught);
    case 'routing':
      return caught.split('\n').map(routingLine).join('\n');
    default:
      return caught;
  }
}

/** What is wrong with an item: most sentences begin with the field that they are about. */
function itemFault(caught: string): string {
  const [, field, fault = ''] = /^(\S+) (.+)$/su.exec(caught) ?? [];
  const bare = faultInChinese(fault);
  return (bare === fault ? faultInChinese(caught) : `${field ?? ''} ${bare}`).replace(/[.。]$/u, '');
}

/** `limit: must be a whole number from 1 to 500`. */
function named(entry: string): string {
  const cut = entry.indexOf(': ');
  if (cut < 0) return faultInChinese(entry);
  const whole = faultInChinese(entry);
  return whole !== entry ? whole : `${entry.slice(0, cut)}:${faultInChinese(entry.slice(cut + 2))}`;
}

/** A line of what is wrong in a routing file: `file:line:column: key fault (entry id)`. */
function routingLine(text: string): string {
  const found = /^(\s*\S+:\d+:\d+: )(the entry|\S+) (.+?)(?: \(entry (\S+)\))?$/s.exec(text);
  if (found === null) return text;
  const [, place = '', key = '', fault = '', id] = found;
  return `${place}${key === 'the entry' ? '' : `${key}:`}${faultInChinese(fault)}${id === undefined ? '' : `(${id})`}`;
}

/** A line of a list of settings (`  - NAME fault`) or of rules (`  file:line:column key: fault`). */
function line(text: string): string {
  const setting = /^(\s*- )(\S+) (.+)$/.exec(text);
  if (setting !== null) return `${setting[1]}${setting[2]}:${faultInChinese(setting[3] ?? '')}`;
  const rule = /^(\s*\S+:\d+:\d+ )(?:(\S+): )?(.+)$/.exec(text);
  return rule === null ? text : `${rule[1]}${rule[2] === undefined ? '' : `${rule[2]}:`}${ruleFaultInChinese(rule[3] ?? '')}`;
}
