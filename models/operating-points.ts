import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CATEGORY_IDS } from '../core/category.ts';
import { TocsinError } from '../core/errors.ts';

const probability = z.number().min(0).max(1);

const schema = z.strictObject({
  /** At this probability of negative an item is negative, whatever else is likelier; below it where negative is the likeliest. */
  negative: probability,
  complaint: probability,
  implicit: probability,
  /** An implicit negative asks for this probability of a complaint as well; a folder that does not say it asks for none. */
  complaintHint: probability.default(0),
  /** With a rating of 4–5 and a text at least this likely negative (or 1–2 and positive) the two contradict each other. */
  ratingConflict: probability,
  categories: z.record(z.enum(CATEGORY_IDS), probability),
});

/** Where each probability becomes a decision; their precision and recall stand in the model card. */
export type OperatingPoints = z.infer<typeof schema>;

export const OPERATING_POINTS_FILE = 'operating-points.json';

/** Reads the points beside a model's weights; a person may edit them, so a wrong one names its place. */
export function readOperatingPoints(modelDir: string): OperatingPoints {
  const path = join(modelDir, OPERATING_POINTS_FILE);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new TocsinError('model_corrupt', `The model file ${path} cannot be used: ${(cause as Error).message}.`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TocsinError('model_corrupt', `The model file ${path} cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
}
