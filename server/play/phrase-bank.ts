import { Converter } from 'opencc-js/cn2t';
import type { CategoryId } from '../../core/category.ts';
import type { Sentiment } from '../../core/score.ts';
import type { IncidentKind } from './incident.ts';
import type { Phrases, Sample } from './sample-schemas.ts';
import { parseTemplate, templateFromSample, type Template } from './template.ts';

/** Language and script of one text. */
export type Writing = 'zh' | 'zh-Hant' | 'en';

type BySentiment<T> = Record<Sentiment, T>;

/** Every phrase of one writing, parsed once. */
export interface PhraseBank {
  writing: Writing;
  openers: BySentiment<Template[]>;
  closers: BySentiment<Template[]>;
  joins: string[];
  typos: readonly (readonly [right: string, wrong: string])[];
  topics: Record<CategoryId, BySentiment<Topic>>;
  incidents: Record<IncidentKind, Template[]>;
  /** Simplified to this writing; the identity for the others. */
  convert: (text: string) => string;
}

/** What may be said of one category in one sentiment. */
export interface Topic {
  core: Template[];
  detail: Template[];
  /** Whole sample texts with synonyms. */
  samples: Template[];
}

/** Characters that a text in simplified Chinese never holds. */
const TRADITIONAL_ONLY = /[個們來說這還沒為時點問員電買會發錢讓開關實應對過無換貨後門帳號單裡雙鐘語務環務覺剛給錯]/;

/** Parses the phrases in all three writings; the traditional one is converted (Taiwan's words). */
export function createPhraseBanks(samples: readonly Sample[], phrases: { zh: Phrases; en: Phrases }): Record<Writing, PhraseBank> {
  const toTraditional = Converter({ from: 'cn', to: 'twp' });
  const keep = (text: string): string => text;
  const samplesOf = (fits: (text: string) => boolean) => (category: CategoryId, sentiment: Sentiment): string[] =>
    samples
      .filter(({ text, attributes }) => attributes.sampleCategory === category && attributes.sampleSentiment === sentiment && fits(text))
      .map(({ text }) => text);
  const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text) || !/[a-z]/i.test(text);
  const isTraditional = (text: string): boolean => TRADITIONAL_ONLY.test(text);
  return {
    zh: createBank('zh', phrases.zh, keep, samplesOf((text) => isChinese(text) && !isTraditional(text))),
    'zh-Hant': createBank('zh-Hant', phrases.zh, toTraditional, samplesOf(isChinese)),
    en: createBank('en', phrases.en, keep, samplesOf((text) => !isChinese(text))),
  };
}

function createBank(
  writing: Writing,
  phrases: Phrases,
  convert: (text: string) => string,
  samplesOf: (category: CategoryId, sentiment: Sentiment) => string[],
): PhraseBank {
  const parseAll = (sources: readonly string[] | undefined): Template[] => (sources ?? []).map((source) => parseTemplate(convert(source)));
  const synonyms = phrases.synonyms.map((group) => group.map(convert));
  const topicOf = (category: CategoryId, sentiment: Sentiment): Topic => {
    const { core, detail } = phrases.categories[category][sentiment];
    return {
      core: parseAll(core),
      detail: parseAll(detail),
      samples: samplesOf(category, sentiment).map((text) => templateFromSample(convert(text), synonyms)),
    };
  };
  const topicsOf = (category: CategoryId): BySentiment<Topic> =>
    ({ negative: topicOf(category, 'negative'), neutral: topicOf(category, 'neutral'), positive: topicOf(category, 'positive') });
  return {
    writing,
    openers: mapSentiments(phrases.openers, parseAll),
    closers: mapSentiments(phrases.closers, parseAll),
    joins: phrases.joins.map(convert),
    typos: phrases.typos.map(([right, wrong]) => [convert(right), convert(wrong)] as const),
    topics: mapKeys(phrases.categories, topicsOf),
    incidents: {
      'late-parcels': parseAll(phrases.incidents['late-parcels']),
      'app-crash': parseAll(phrases.incidents['app-crash']),
      'double-charge': parseAll(phrases.incidents['double-charge']),
    },
    convert,
  };
}

function mapSentiments<A, B>(values: BySentiment<A>, map: (value: A) => B): BySentiment<B> {
  return { negative: map(values.negative), neutral: map(values.neutral), positive: map(values.positive) };
}

function mapKeys<K extends string, B>(record: Record<K, unknown>, map: (key: K) => B): Record<K, B> {
  return Object.fromEntries((Object.keys(record) as K[]).map((key) => [key, map(key)])) as Record<K, B>;
}
