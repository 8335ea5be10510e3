import { z } from 'zod';
import { CATEGORY_IDS } from '../../core/category.ts';
import { TocsinError } from '../../core/errors.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import { detectLanguage } from '../text/language.ts';
import { readJsonLines } from './dataset.ts';
import type { Row } from './dataset.ts';

const schema = z.object({
  text: z.string().min(1),
  sentiment: z.enum(SENTIMENTS).optional(),
  stars: z.int().min(1).max(5).optional(),
  complaint: z.boolean().optional(),
  severity: z.enum(SEVERITIES).optional(),
  categories: z.array(z.enum(CATEGORY_IDS)).min(1).optional(),
  implicit: z.boolean().optional(),
});

const CORRECTION_SOURCE = 'corrections';
/** A person looked at this very text. */
const CORRECTION_WEIGHT = 2;

/**
 * Labels that people set: JSON lines with `text` and any of sentiment, stars, complaint, severity, categories, implicit.
 * Heads that are not named are not taught. Throws `input_unreadable`, naming line and field.
 */
export function readCorrections(path: string): Row[] {
  return readJsonLines(path).map((raw, at) => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new TocsinError('input_unreadable', `${path}, correction ${at + 1}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    const { text, sentiment, stars, complaint, severity, categories, implicit } = parsed.data;
    return {
      text, source: CORRECTION_SOURCE, language: detectLanguage(text), sentiment: sentiment ?? null, mixed: false, stars: stars ?? null,
      aspects: [], product: '', implicit: implicit ?? null,
      known: { complaint, severity, categories, implicit, weight: CORRECTION_WEIGHT },
    };
  });
}
