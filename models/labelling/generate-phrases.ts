import { CATEGORY_IDS } from '../../core/category.ts';
import type { CategoryId } from '../../core/category.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import type { Sentiment, Severity } from '../../core/score.ts';
import { createRandom } from '../training/random.ts';
import { PHRASES_EN, SLOTS_EN } from './phrases-en.ts';
import { PHRASES_EN_CALM, SLOTS_EN_CALM } from './phrases-en-calm.ts';
import { PHRASES_EN_CONTRAST, SLOTS_EN_CONTRAST } from './phrases-en-contrast.ts';
import { PHRASES_EN_DENIED, SLOTS_EN_DENIED } from './phrases-en-denied.ts';
import { PHRASES_EN_MENDED, SLOTS_EN_MENDED } from './phrases-en-mended.ts';
import { PHRASES_EN_POLITE, SLOTS_EN_POLITE } from './phrases-en-polite.ts';
import { PHRASES_EN_QUIET } from './phrases-en-quiet.ts';
import { PHRASES_ZH, SLOTS_ZH } from './phrases-zh.ts';
import { PHRASES_ZH_CALM, SLOTS_ZH_CALM } from './phrases-zh-calm.ts';
import { PHRASES_ZH_CONTRAST, SLOTS_ZH_CONTRAST } from './phrases-zh-contrast.ts';
import { PHRASES_ZH_DENIED, SLOTS_ZH_DENIED } from './phrases-zh-denied.ts';
import { PHRASES_ZH_MENDED, SLOTS_ZH_MENDED } from './phrases-zh-mended.ts';
import { PHRASES_ZH_POLITE, SLOTS_ZH_POLITE } from './phrases-zh-polite.ts';
import { PHRASES_ZH_QUIET } from './phrases-zh-quiet.ts';

/** One made-up piece of feedback with all its labels. */
export interface Phrase {
  text: string;
  language: 'zh' | 'en';
  sentiment: Sentiment;
  severity: Severity;
  implicit: boolean;
  categories: CategoryId[];
  /** All texts of some rules are kept from training, so that validation meets turns that nothing learned. */
  heldOut: boolean;
}

interface Rule {
  template: string;
  language: 'zh' | 'en';
  sentiment: Sentiment;
  severity: Severity;
  implicit: boolean;
  categories: CategoryId[];
  heldOut: boolean;
}

const SENTIMENT_OF: Record<string, Sentiment> = { n: 'negative', u: 'neutral', p: 'positive' };
const SLOTS: Record<'zh' | 'en', Record<string, readonly string[]>> = {
  zh: { ...SLOTS_ZH, ...SLOTS_ZH_POLITE, ...SLOTS_ZH_MENDED, ...SLOTS_ZH_CONTRAST, ...SLOTS_ZH_CALM, ...SLOTS_ZH_DENIED },
  en: { ...SLOTS_EN, ...SLOTS_EN_POLITE, ...SLOTS_EN_MENDED, ...SLOTS_EN_CONTRAST, ...SLOTS_EN_CALM, ...SLOTS_EN_DENIED },
};
/** Texts made of one rule; short rules repeat themselves and repeats are left out. */
const TEXTS_PER_RULE = 60;
/** A rule that begins with these has thousands of combinations. */
const TEXTS_PER_WIDE_RULE = 400;
const WIDE_RULE = /^<(?:FINE|LEAVE|FAULT|PRAISE|DENIED)>/;
/** Share of texts that join two rules of one sentiment, as people do who write about two things. */
const JOINED_SHARE = 0.25;

/** One rule of so many is held out, of implicit negatives more; none that begins with a slot, as those carry what their slots say. */
const HELD_OUT_EVERY = 16;
const HELD_OUT_EVERY_IMPLICIT = 7;

function isHeldOut(template: string, implicit: boolean): boolean {
  let hash = 0x811c9dc5;
  for (let at = 0; at < template.length; at++) hash = Math.imul(hash ^ template.charCodeAt(at), 0x01000193);
  return !template.startsWith('<') && ((hash ^ (hash >>> 15)) >>> 0) % (implicit ? HELD_OUT_EVERY_IMPLICIT : HELD_OUT_EVERY) === 0;
}

function parseRule(line: string, language: 'zh' | 'en'): Rule {
  const colon = line.indexOf(': ');
  const [sentiment = '', severity = '', ...rest] = line.slice(0, colon).split(' ');
  const implicit = rest[0] === 'i';
  const categories = (implicit ? rest.slice(1) : rest).map((id) => {
    const known = CATEGORY_IDS.find((each) => each === id);
    if (known === undefined) throw new Error(`phrase rule of an unknown category: ${line}`);
    return known;
  });
  const parsed = SENTIMENT_OF[sentiment];
  if (parsed === undefined || SENTIMENTS.indexOf(parsed) < 0) throw new Error(`phrase rule without a sentiment: ${line}`);
  const template = line.slice(colon + 2);
  return { template, language, sentiment: parsed, severity: SEVERITIES[Number(severity)] ?? 'none', implicit, categories, heldOut: isHeldOut(template, implicit) };
}

function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('a phrase rule offers nothing to pick');
  return value;
}

function expand(rule: Rule, random: () => number): string {
  const slots = SLOTS[rule.language];
  return rule.template
    .replace(/\{([^{}]*)\}/g, (_, choices: string) => pick(choices.split('|'), random))
    .replace(/<([A-Z]+)>/g, (_, name: string) => pick(slots[name] ?? [''], random));
}

function severer(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

/** All phrases of the grammars; the same seed gives the same phrases. */
export function generatePhrases(seed: number): Phrase[] {
  const random = createRandom(seed);
  const rules = [
    ...[...PHRASES_ZH, ...PHRASES_ZH_QUIET, ...PHRASES_ZH_POLITE, ...PHRASES_ZH_MENDED, ...PHRASES_ZH_CONTRAST, ...PHRASES_ZH_CALM, ...PHRASES_ZH_DENIED].map((line) => parseRule(line, 'zh')),
    ...[...PHRASES_EN, ...PHRASES_EN_QUIET, ...PHRASES_EN_POLITE, ...PHRASES_EN_MENDED, ...PHRASES_EN_CONTRAST, ...PHRASES_EN_CALM, ...PHRASES_EN_DENIED].map((line) => parseRule(line, 'en')),
  ];
  const seen = new Set<string>();
  const phrases: Phrase[] = [];
  for (const rule of rules) {
    const mates = rules.filter((other) => other !== rule && other.language === rule.language && other.sentiment === rule.sentiment && !other.implicit && other.heldOut === rule.heldOut);
    const texts = WIDE_RULE.test(rule.template) ? TEXTS_PER_WIDE_RULE : TEXTS_PER_RULE;
    for (let k = 0; k < texts; k++) {
      let text = expand(rule, random).trim();
      let { severity, categories } = rule;
      if (!rule.implicit && mates.length > 0 && random() < JOINED_SHARE) {
        const mate = pick(mates, random);
        const separator = rule.language === 'zh' ? pick(['，', '，', '。', ' ', '；'], random) : pick(['. ', ', and ', '. ', '; '], random);
        text = `${text}${separator}${expand(mate, random).trim()}`;
        severity = severer(severity, mate.severity);
        const both = new Set([...categories, ...mate.categories]);
        if (both.size > 1) both.delete('other');
        categories = [...both];
      }
      if (rule.language === 'en' && random() < 0.5) text = random() < 0.3 ? text.toLowerCase() : text.charAt(0).toUpperCase() + text.slice(1);
      if (text === '' || seen.has(text)) continue;
      seen.add(text);
      phrases.push({ text, language: rule.language, sentiment: rule.sentiment, severity, implicit: rule.implicit, categories, heldOut: rule.heldOut });
    }
  }
  return phrases;
}
