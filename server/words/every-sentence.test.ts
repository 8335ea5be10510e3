import { describe, expect, it } from 'vitest';
import { packageRoot } from '../app/package-root.ts';
import { commandLineInChinese, errorInChinese, faultInChinese, healthInChinese, recordInChinese } from './error-in-chinese.ts';
import { NOUNS } from './nouns.ts';
import { HOLE, sentencesInTree, type Place } from './testing/sentences-in-tree.ts';

const HAN = /\p{Script=Han}/u;

/** Sentences that no table holds, by what is around them, and why. */
const LEFT_OUT: readonly (readonly [why: string, RegExp])[] = [
  ['written in both languages beside each other', /^(?:key en|const en|call en….*|if .*(?:[lL]anguage|\bzh).*)$/u],
  ['the description of the API and of settings, for who programs against it', /^(?:call .*….(?:describe|error)|key (?:summary|description|about|params|defaultText|assumptions)|const (?:ID|PARAMS|SUMMARIES:.*|params)|call (?:identifier|answer))$/u],
  ['lines of the log', /^const details$|^call (?:.*logger.*|.*….(?:warn|#warn|info|debug)|warn|complain|tell|report)$/u],
  ['why a server, a reader or a snapshot is let go, for the log', /^call kept….restart$|^function describe(?:Fault|WholeLog)$|^function decideHeartbeat$|^new ReaderLost$/u],
  ['the record of an erasure, kept in the store', /^call note$/u],
  ['a defect of this program', /^(?:new (?:Error|RangeError|TypeError|SyntaxError)|code (?:internal|frame_corrupt)|call (?:corrupt|damaged|label))$/u],
  ['metrics', /^new (?:Counter|Gauge|Histogram)$/u],
  ['why a socket is closed, for the program at its other end', /^call .*(?:client|subscriber)….end$/u],
  ['a part of sentences that are looked at where they are put together', /^(?:const (?:HOW|LENGTH|SHARE|AGAINST|NEEDS|known|shown|near|rule|what|held|after|given|named.*|why|hint|place|AGAINST)|call (?:answerWords|accepts….map|book….map|busUnavailable|refused….push)|const (?:remedy|through|asked|OVERFLOW_VALUE)|function (?:summaryOf|keptCounts))$/u],
];

/** Files without sentences of this program to people, and why. */
const FILES_LEFT_OUT: readonly (readonly [why: string, RegExp])[] = [
  ['feedback, and the words that it is read by', /^models\/(?:labelling|training\/(?!prepare)|text\/)|^stream\/duplicates\/boilerplate\.ts$|^server\/admission\/(?:rating-words|feedback-schema)\.ts$|\/terms\.ts$/u],
  ['the embedded ClickHouse speaks as ClickHouse does', /^stream\/store\/(?:engine|migrations)\//u],
  ['metrics, the description of the API, the tables themselves', /^server\/(?:telemetry|openapi|words)\//u],
  ['texts of pages and cards, which their own tests read in both languages', /^alerts\/(?:notify\/(?:summarize|render-\w+)|cards\/[\w-]+|reason\/say-reason)\.ts$/u],
];

/** No sentence, but what a program reads. */
const IS_CODE = /^\s*\(?(?:SELECT|INSERT|ALTER|CREATE|DROP|SYSTEM|WITH|FROM|OPTIMIZE|WHERE|ORDER|Basic|Bearer) |^[:<-]|<\/|charset=|max-age|no-store|-src '|content-type:|^import |\bdyn>|^counter limits$/u;

const isForPeople = ({ around, text }: Place): boolean => !HAN.test(text) && !IS_CODE.test(text) && !around.some((each) => LEFT_OUT.some(([, pattern]) => pattern.test(each)));
const isReadAt = (file: string): boolean => /^(?:alerts|core|models|server|stream)\//u.test(file) && !FILES_LEFT_OUT.some(([, pattern]) => pattern.test(file));

/** Values of the kinds that are put into sentences. */
const VALUES = ['x', '7', '"x"', '', '2 days', 'rules', 'must be one of x', "a rule's kind is x", "a channel's kind is x", 'rule ids are joined by x', '1 of 2 recipients', 'Training the accurate model needs a Python 3.9 to 3.12', '/x', 'category', '7 rows up to entry 7 of the scored log', 'of 7 rows up to entry 7 of the scored log', 'Of 7 rows up to entry 7 of the scored log', 'user', 'The bus', "The gateway's address"];
/** How a sentence comes to a person: alone, behind a field or a file's name, as a delivery's record, as why an item was refused. */
const SAID: readonly ((text: string) => string)[] = [
  (text) => errorInChinese('overloaded', text), faultInChinese, (text) => errorInChinese('overloaded', `f.txt ${text}`), (text) => errorInChinese('overloaded', `The item was not accepted: ${text}`), healthInChinese, recordInChinese, commandLineInChinese, (text) => NOUNS[text] ?? text,
];
/** What is written the same in both languages. */
const WRITTEN_SO = /burst and not(?: \(outage or drill\))?|complaint && stars <= 2|npm run train -- --model accurate|--dates (?:mdy|dmy)|--column text=|--url http\S+|tocsin (?:backup|evaluate(?: --model accurate)?)|TOCSIN_\w+|\(over the key limit\)/gu;

/** Whether it is said in Chinese whatever is put in, with no words of the English one left. */
function isSaid(variant: string): boolean {
  const words = variant.replaceAll(WRITTEN_SO, '').match(/[a-z]{3,} [a-z]{3,}/gu) ?? [];
  const isSaidWith = (first: string, others: string): boolean => SAID.some((say) => {
    const said = say(variant.replace(HOLE, first).replaceAll(HOLE, others)).replaceAll(WRITTEN_SO, '');
    return HAN.test(said) && !said.includes('原文') && words.every((pair) => !said.includes(pair));
  });
  return VALUES.some((value) => isSaidWith(value, value)) || VALUES.some((first) => VALUES.some((others) => isSaidWith(first, others)));
}

describe('every sentence that a person may see', () => {
  const found = sentencesInTree(packageRoot(), isReadAt, isForPeople);

  it('is found in the tree', () => expect(found.length).toBeGreaterThan(500));

  it('exists in Chinese', () => {
    const missing = found.flatMap(({ file, line, variants }) => variants.filter((variant) => !isSaid(variant)).map((variant) => `${file}:${line} ${variant}`));
    expect(missing).toEqual([]);
  });
});
