import { ERROR_WORDS } from '../../core/error-words.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { FIGURES, NOUNS, STATES, TYPES } from './nouns.ts';
import { lookUp, type Table } from './table.ts';
import { CHANNELS } from './tables/channels.ts';
import { COMMANDS } from './tables/commands.ts';
import { DELIVERIES } from './tables/deliveries.ts';
import { EXPRESSIONS } from './tables/expressions.ts';
import { FIELDS } from './tables/fields.ts';
import { FILES } from './tables/files.ts';
import { HEALTH } from './tables/health.ts';
import { HELP } from './tables/help.ts';
import { JSON_FAULTS } from './tables/json.ts';
import { MODELS } from './tables/models.ts';
import { PARTS } from './tables/parts.ts';
import { REQUESTS } from './tables/requests.ts';
import { RESULTS } from './tables/results.ts';
import { ROUTING } from './tables/routing.ts';
import { RULES } from './tables/rules.ts';
import { SCHEMAS } from './tables/schemas.ts';
import { STORE_AND_BUS } from './tables/store-and-bus.ts';
import { TEMPLATES } from './tables/templates.ts';
import { TRAINING } from './tables/training.ts';

/** Whole sentences, and what stands inside of one. */
const SENTENCES: readonly Table[] = [REQUESTS, JSON_FAULTS, COMMANDS, PARTS, STORE_AND_BUS, MODELS, FILES];
/** What stands behind the name of a field, a key or a setting. */
const FAULTS: readonly Table[] = [CHANNELS, FIELDS, TEMPLATES, ROUTING, RULES, SCHEMAS];

const DID_YOU_MEAN = /[;,] did you mean (.+?)\?/u;

/**
 * An error's sentence in Chinese. Where there is none for this very sentence, what its code stands for, with the English sentence behind it. Pure.
 */
export function errorInChinese(code: ErrorCode, message: string): string {
  const isKeyed = code === 'invalid_rule' || code === 'invalid_channel';
  return (isKeyed ? (keyedFaults(message) ?? sentence(message)) : (sentence(message) ?? keyedFaults(message))) ?? `${ERROR_WORDS[code].zh}。（原文：${message}）`;
}

/** One fault of a field, as they stand in lists: `limit: must be …`, or what stands behind the field's name alone. One that is not known stays as it is. Pure. */
export function faultInChinese(message: string): string {
  return fault(message) ?? message;
}

/**
 * What is wrong with a line or row of a file that is posted: `has no text`, or `was refused: FIELD must be …` where the server
 * said so. Pure.
 */
export function rowProblemInChinese(reason: string): string {
  const refused = /^was refused: (.+)$/su.exec(reason);
  if (refused === null) return faultInChinese(reason);
  return `未被接收：${itemFault(refused[1] ?? '')}`;
}

/** What became of a page on its way to a receiver, or why something was put aside. What a receiver itself said stays as it is. Pure. */
export function recordInChinese(record: string): string {
  return lookUp([DELIVERIES], record, put) ?? put(record, 'deep');
}

/** What `--help` says of a command, an argument or an option, what the reader of the command line refuses, and a line of a command's result. Pure. */
export function commandLineInChinese(text: string): string {
  return lookUp([HELP, COMMANDS, RESULTS, HEALTH, TRAINING], text, put) ?? faultInChinese(text);
}

/** How a part of a server is, as `/readyz` says it. Pure. */
export function healthInChinese(reason: string): string {
  return lookUp([HEALTH], reason, put) ?? sentence(reason) ?? reason;
}

function sentence(message: string): string | null {
  return lookUp(SENTENCES, message, put);
}

/** A fault may say what else may have been meant; that is no part of its pattern. */
function fault(message: string): string | null {
  const close = DID_YOU_MEAN.exec(message)?.[1];
  const said = lookUp(FAULTS, message.replace(DID_YOU_MEAN, ''), put);
  return said === null || close === undefined ? said : `${said}（是否想写 ${close}？）`;
}

/** `KEY must be …. OTHER is missing.`: what is wrong with a rule or a channel, one sentence for each key. Null where one of them is not known. */
function keyedFaults(message: string): string | null {
  const said: string[] = [];
  let open = '';
  for (const part of message.split(/(?<=\.) (?=\S)/u)) {
    open = open === '' ? part : `${open} ${part}`;
    const [, key = '', ruleId, text = ''] = /^(The (?:rule|channel)|\S+)(?: of (\S+))? (.+?)\.?$/su.exec(open) ?? [];
    const one = fault(text);
    if (one === null) continue;
    said.push(`${ruleId === undefined ? '' : `${ruleId} 的 `}${NOUNS[key.replace('The ', '')] ?? key}：${one}`);
    open = '';
  }
  return open === '' ? `${said.join('；')}。` : null;
}

function put(caught: string, how: string | undefined): string {
  switch (how) {
    case 'noun':
      return NOUNS[caught] ?? ` ${caught}`;
    case 'type':
      return TYPES[caught] ?? caught;
    case 'list':
      return caught.split(/; (?!did you mean )/u).map(named).join('；');
    case 'lines':
      return caught.split('\n').map(line).join('\n');
    case 'verdict':
      return caught.startsWith('ok') ? '通过  ' : '未通过';
    case 'event':
      return expectedEvent(caught);
    case 'figure':
      return FIGURES[caught] ?? caught;
    case 'span':
      return caught.replaceAll(' min', ' 分钟').replaceAll(' h', ' 小时').replaceAll(' s', ' 秒');
    case 'late':
      return caught === '' ? '' : '（迟到后补满）';
    case 'levels':
      return caught.replaceAll(/, (\S+) (\S+ \S+) at (\d+)/gu, (_, severity: string, at: string, count: string) => `，${at} 升为${STATES[severity] ?? severity}（${count}）`);
    case 'ended':
      return caught.replace(/^still open$/u, '未恢复').replace(/^until (.+)$/u, '到 $1').replace(/^ended (\S+ \S+) after (.+)$/u, (_, at: string, span: string) => `${at} 恢复，历时 ${put(span, 'span')}`);
    case 'became':
      return caught === '' ? '' : `  →  ${commandLineInChinese(caught)}`;
    case 'delay':
      return caught === '' ? '' : `，从开始到第一个告警的中位时间 ${put(caught, 'span')}`;
    case 'replayed':
      return caught === '' ? '' : `  ${caught} 已重放`;
    case 'whole':
      return caught === '' ? '' : '中途停止，已有的部分是完整的。';
    case 'reasons':
      return caught.replaceAll(/^(\s*- )(.+)$/gmu, (_, mark: string, reason: string) => mark + (sentence(reason) ?? reason));
    case 'deep':
      return sentence(caught) ?? keyedFaults(caught) ?? faultInChinese(caught);
    case 'fault':
      return faultInChinese(caught);
    case 'item':
      return itemFault(caught);
    case 'delivery':
      return recordInChinese(caught);
    case 'template':
      return lookUp([TEMPLATES], caught, put) ?? caught;
    case 'training':
      return lookUp([TRAINING], caught, put) ?? caught;
    case 'cel':
      return lookUp([EXPRESSIONS], caught, put) ?? caught;
    case 'given':
      return caught === 'none' ? '没有' : caught === 'another' ? '是别的' : '是 UTF-8 以外的字符集';
    case 'typed':
      return commandLineInChinese(caught);
    case 'orAll':
      return caught === '' ? '' : '，或 all';
    case 'ranges':
      return caught === '' ? '' : `；${caught} 段没有核对`;
    case 'state':
      return STATES[caught] ?? caught;
    case 'or':
      return caught.replaceAll(' or ', ' 或 ');
    case 'kept':
      return caught.replaceAll('no groupBy', '不分组').replaceAll(/ with where=/gu, '、条件为 ').replaceAll(/ up to /gu, '，最长 ').replaceAll('; ', '；');
    default:
      return caught;
  }
}

/** What is wrong with an item: most sentences begin with the field that they are about. */
function itemFault(caught: string): string {
  const [, field, rest = ''] = /^(\S+) (.+)$/su.exec(caught) ?? [];
  const bare = fault(rest);
  return (bare === null ? faultInChinese(caught) : `${field ?? ''} ${bare}`).replace(/[.。]$/u, '');
}

/** `limit: must be a whole number from 1 to 500`. */
function named(entry: string): string {
  const cut = entry.indexOf(': ');
  const whole = fault(entry);
  if (whole !== null || cut < 0) return whole ?? entry;
  return `${entry.slice(0, cut)}：${faultInChinese(entry.slice(cut + 2))}`;
}

/** What a line of a list is about, before its fault: `  - NAME`, `  file:line:column: KEY` or `  file:line:column KEY:`. */
const ABOUT = /^(?<place>\s*(?:- |\S+:\d+:\d+:? ))(?:(?<thing>the (?:entry|rule|channel)) |(?<key>\S+?):? )?(?<fault>.+?)(?: \(\w+ (?<id>\S+)\))?$/su;

/** A line of a list of settings, or of a file of rules, channels or routing. */
function line(written: string): string {
  const [, text = '', given] = /^(.+?)(?: \(it is (".*")\))?$/su.exec(written) ?? [];
  return lineWithout(text) + (given === undefined ? '' : `（现为 ${given}）`);
}

function lineWithout(text: string): string {
  const { place = '', key, fault: wrong = '', id } = ABOUT.exec(text)?.groups ?? {};
  if (place === '') return text;
  const whole = key === undefined ? null : fault(`${key} ${wrong}`);
  const said = whole ?? `${key === undefined ? '' : `${key}：`}${faultInChinese(wrong)}`;
  return `${place}${said}${id === undefined ? '' : `（${id}）`}`;
}

const DOES: Readonly<Record<string, string>> = { opens: '开始', escalates: '升级', resolves: '恢复' };

/** What a rule test expects of a rule, or what came closest: `burst opens for app at 3 as warning at 2m`. */
function expectedEvent(caught: string): string {
  const near = /^closest: (.+)$/su.exec(caught)?.[1];
  if (near !== undefined) return `最接近的是 ${expectedEvent(near)}`;
  const found = /^(?<rule>\S+) (?<does>\S+)(?: for (?<of>.+?))?(?: at (?<count>\d+))?(?: as (?<severity>\S+?))?(?<late>, late|, not late)? (?:at (?<at>\S+)|between (?<from>\S+) and (?<to>\S+))$/su.exec(caught)?.groups;
  if (found === undefined) return commandLineInChinese(caught);
  const { rule, does = '', of, count, severity, late, at, from, to } = found;
  return [
    `规则 ${rule} ${at === undefined ? `在 ${from} 到 ${to} 之间` : `在 ${at} `}${DOES[does] ?? does}`,
    ...(of === undefined ? [] : [of]), ...(count === undefined ? [] : [`计数 ${count}`]), ...(severity === undefined ? [] : [`级别${STATES[severity] ?? ` ${severity}`}`]), ...(late === undefined ? [] : [late === ', late' ? '迟到' : '不迟到']),
  ].join('，');
}
