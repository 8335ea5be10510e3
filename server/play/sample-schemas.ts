import { z } from 'zod';
import { CATEGORY_IDS, type CategoryId } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import type { Sentiment } from '../../core/score.ts';
import type { FeedbackInput } from './feedback-input.ts';
import { INCIDENT_KINDS } from './incident.ts';

const strings = z.array(z.string().min(1)).min(1);
const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const weight = z.number().nonnegative();
const weights = z.record(z.string(), weight);
const sentimentWeights = { negative: weight, neutral: weight, positive: weight };
const bySentiment = <T extends z.ZodType>(value: T) => z.strictObject({ negative: value, neutral: value, positive: value });

export const phrasesSchema = z.strictObject({
  language: z.enum(['zh', 'en']),
  synonyms: z.array(strings),
  openers: bySentiment(strings),
  closers: bySentiment(strings),
  joins: strings,
  typos: z.array(z.tuple([z.string().min(1), z.string().min(1)])),
  categories: z.record(z.enum(CATEGORY_IDS), bySentiment(z.strictObject({ core: strings, detail: strings.optional() }))),
  incidents: z.record(z.enum(INCIDENT_KINDS), strings),
});

export const catalogueSchema = z.strictObject({
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
