import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CATEGORY_IDS, type CategoryId } from '../../core/category.ts';
import { TocsinError } from '../../core/errors.ts';
import { CHANNELS } from '../../core/feedback.ts';
import { SENTIMENTS, type Sentiment } from '../../core/score.ts';
import type { FeedbackInput } from './feedback-input.ts';
import { INCIDENT_KINDS } from './incident.ts';
import { createPhraseBanks, type PhraseBank, type Writing } from './phrase-bank.ts';

const strings = z.array(z.string().min(1)).min(1);
const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const weight = z.number().nonnegative();
const weights = z.record(z.string(), weight);
const sentimentWeights = { negative: weight, neutral: weight, positive: weight };
const bySentiment = <T extends z.ZodType>(value: T) => z.strictObject({ negative: value, neutral: value, positive: value });

const phrasesSchema = z.strictObject({
  language: z.enum(['zh', 'en']),
  synonyms: z.array(strings),
  openers: bySentiment(strings),
  closers: bySentiment(strings),
  joins: strings,
  typos: z.array(z.tuple([z.string().min(1), z.string().min(1)])),
  categories: z.record(z.enum(CATEGORY_IDS), bySentiment(z.strictObject({ core: strings, detail: strings.optional() }))),
  incidents: z.record(z.enum(INCIDENT_KINDS), strings),
});

const catalogueSchema = z.strictObject({
  products: z.array(bilingual.extend({ kind: z.enum(['gadget', 'wear', 'food', 'home']), short: bilingual })).min(1),
  regions: z.array(z.strictObject({ name: z.string(), share: weight, cities: z.strictObject({ zh: strings, en: strings }) })).min(1),
  stores: z.array(bilingual.extend({ region: z.string() })).min(1),
  versions: strings,
  tiers: weights,
  groups: weights,
  surnames: z.strictObject({ zh: strings, en: strings }),
  titles: z.strictObject({ zh: strings, en: strings }),
  emoji: z.strictObject({ happy: strings, sad: strings, plain: strings }),
  mix: z.record(z.enum(CATEGORY_IDS), z.strictObject({ share: weight, ...sentimentWeights })),
  channels: z.strictObject({ online: z.partialRecord(z.enum(CHANNELS), weight), shop: z.partialRecord(z.enum(CHANNELS), weight), app: z.partialRecord(z.enum(CHANNELS), weight) }),
  languages: z.strictObject({ zh: weight, 'zh-Hant': weight, en: weight }),
});

export type Phrases = z.infer<typeof phrasesSchema>;
export type Catalogue = z.infer<typeof catalogueSchema>;

/** One line of samples/feedback.jsonl: a postable item whose attributes also say what it is meant to be. */
export interface Sample extends FeedbackInput {
  attributes: Record<string, string | number | boolean | null> & { sampleCategory: CategoryId; sampleSentiment: Sentiment };
}

/** What the generator draws from; one load serves any number of generators. */
export interface SampleData {
  samples: Sample[];
  catalogue: Catalogue;
  banks: Record<Writing, PhraseBank>;
}

/**
 * Reads the sample feedback, the phrases and the catalogue.
 * @param folder the product's `samples` folder
 * @throws TocsinError `input_unreadable` naming the file and what is wrong in it
 */
export async function loadSampleData(folder: string): Promise<SampleData> {
  const [samples, zh, en, catalogue] = await Promise.all([
    readSamples(join(folder, 'feedback.jsonl')),
    readYaml(join(folder, 'phrases.zh.yaml'), phrasesSchema),
    readYaml(join(folder, 'phrases.en.yaml'), phrasesSchema),
    readYaml(join(folder, 'catalogue.yaml'), catalogueSchema),
  ]);
  return { samples, catalogue, banks: createPhraseBanks(samples, { zh, en }) };
}

async function readSamples(file: string): Promise<Sample[]> {
  const lines = (await read(file)).split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const sample = JSON.parse(line) as Sample;
    const { sampleCategory, sampleSentiment } = sample.attributes;
    if (!CATEGORY_IDS.includes(sampleCategory) || !SENTIMENTS.includes(sampleSentiment)) {
      throw new TocsinError('input_unreadable', `${file}, line ${index + 1}: sampleCategory or sampleSentiment is unknown`);
    }
    return sample;
  });
}

async function readYaml<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  const result = schema.safeParse(parse(await read(file)));
  if (!result.success) throw new TocsinError('input_unreadable', `${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('input_unreadable', `${file} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
}
