import { join } from 'node:path';
import { z } from 'zod';
import { CATEGORY_IDS } from '../../core/category.ts';
import { TocsinError } from '../../core/errors.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import { findPackageRoot } from '../package-root.ts';
import { readJsonLines } from '../training/dataset.ts';

const schema = z.strictObject({
  text: z.string(),
  sentiment: z.enum(SENTIMENTS),
  complaint: z.boolean(),
  severity: z.enum(SEVERITIES),
  categories: z.array(z.enum(CATEGORY_IDS)).min(1),
  implicit: z.boolean(),
});

export type LabelledItem = z.infer<typeof schema>;

const LABELLED_FILES = ['zh-simplified.jsonl', 'zh-traditional.jsonl', 'mixed.jsonl', 'en.jsonl'] as const;

/** The sample written and labelled by hand; nothing is ever trained on it. */
export function readLabelledSample(dir: string = join(findPackageRoot(), 'models', 'labelled')): { file: string; items: LabelledItem[] }[] {
  return LABELLED_FILES.map((file) => {
    const path = join(dir, file);
    const items = readJsonLines(path).map((raw, at) => {
      const parsed = schema.safeParse(raw);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new TocsinError('input_unreadable', `${path}, line ${at + 1}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    });
    return { file, items };
  });
}
