import { CATEGORY_IDS } from '../../core/category.ts';
import type { CategoryId } from '../../core/category.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import type { Sentiment, Severity } from '../../core/score.ts';
import { createRandom } from '../training/random.ts';
import { PHRASES_EN, SLOTS_EN } from './phrases-en.ts';
import { PHRASES_EN_QUIET } from './phrases-en-quiet.ts';
import { PHRASES_ZH, SLOTS_ZH } from './phrases-zh.ts';
import { PHRASES_ZH_QUIET } from './phrases-zh-quiet.ts';

/** One made-up piece of feedback with all its labels. */
export interface Phrase {
  text: string;
  language: 'zh' | 'en';
  sentiment: Sentiment;
  severity: Severity;
  implicit: boolean;
  categories: CategoryId[];
}

interface Rule {
  template: string;
  language: 'zh' | 'en';
  sentiment: Sentiment;
  severity: Severity;
  implicit: boolean;
  categories: CategoryId[];
}

const SENTIMENT_OF: Record<string, Sentiment> = { n: 'negative', u: 'neutral', p: 'positive' };
/** Texts made of one rule; short rules repeat themselves and repeats are left out. */
const TEXTS_PER_RULE = 60;
/** Share of texts that join two rules of one sentiment, as people do who write about two things. */
const JOINED_SHARE = 0.25;

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
  return { template: line.slice(colon + 2), language, sentiment: parsed, severity: SEVERITIES[Number(severity)] ?? 'none', implicit, categories };
}

function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('a phrase rule offers nothing to pick');
  return value;
}

function expand(rule: Rule, random: () => number): string {
  const slots = rule.language === 'zh' ? SLOTS_ZH : SLOTS_EN;
  return rule.template
    .replace(/\{([^{}]*)\}/g, (_, choices: string) => pick(choices.split('|'), random))
    .replace(/<([A-Z]+)>/g, (_, name: string) => pick(slots[name] ?? [''], random));
}

function severer(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

/** All phrases of the two grammars; the same seed gives the same phrases. */
export function generatePhrases(seed: number): Phrase[] {
  const random = createRandom(seed);
  const rules = [
    ...[...PHRASES_ZH, ...PHRASES_ZH_QUIET].map((line) => parseRule(line, 'zh')),
    ...[...PHRASES_EN, ...PHRASES_EN_QUIET].map((line) => parseRule(line, 'en')),
  ];
  const seen = new Set<string>();
  const phrases: Phrase[] = [];
  for (const rule of rules) {
    const mates = rules.filter((other) => other !== rule && other.language === rule.language && other.sentiment === rule.sentiment && !other.implicit);
    for (let k = 0; k < TEXTS_PER_RULE; k++) {
      let text = expand(rule, random).trim();
      let { severity, categories } = rule;
      if (!rule.implicit && random() < JOINED_SHARE) {
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
      phrases.push({ text, language: rule.language, sentiment: rule.sentiment, severity, implicit: rule.implicit, categories });
    }
  }
  return phrases;
}
