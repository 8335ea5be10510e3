import { CATEGORY_IDS } from '../core/category.ts';
import type { Scorer, ScorerInput } from './scorer.ts';

export interface CategoryChange {
  category: string;
  /** Complaints that carry the category. */
  complaintsBefore: number;
  complaintsAfter: number;
}

export interface ModelComparison {
  before: string;
  after: string;
  texts: number;
  /** Texts whose decision differs. */
  changed: { sentiment: number; complaint: number; severity: number; categories: number };
  complaintsBefore: number;
  complaintsAfter: number;
  categories: CategoryChange[];
  /** The texts whose complaint probability moved most, at most EXAMPLES_MAX. */
  examples: { text: string; complaintBefore: number; complaintAfter: number }[];
}

const CHUNK = 512;
const EXAMPLES_MAX = 20;

/** Scores the same texts with two models and says what would change: what a roll-out is decided by. */
export async function compareModels(before: Scorer, after: Scorer, inputs: readonly ScorerInput[]): Promise<ModelComparison> {
  const comparison: ModelComparison = {
    before: before.version, after: after.version, texts: inputs.length,
    changed: { sentiment: 0, complaint: 0, severity: 0, categories: 0 },
    complaintsBefore: 0, complaintsAfter: 0, categories: [], examples: [],
  };
  const counts = new Map<string, CategoryChange>();
  const countOf = (category: string): CategoryChange => {
    const known = counts.get(category);
    if (known !== undefined) return known;
    const fresh = { category, complaintsBefore: 0, complaintsAfter: 0 };
    counts.set(category, fresh);
    return fresh;
  };
  for (const id of CATEGORY_IDS) countOf(id);
  const moved: ModelComparison['examples'] = [];
  for (let from = 0; from < inputs.length; from += CHUNK) {
    const chunk = inputs.slice(from, from + CHUNK);
    const [old, fresh] = await Promise.all([before.score(chunk), after.score(chunk)]);
    chunk.forEach(({ text }, at) => {
      const a = old[at];
      const b = fresh[at];
      if (a === undefined || b === undefined) return;
      const idsOf = (score: typeof a): string => score.categories.map(({ id }) => id).sort().join(' ');
      if (a.sentiment !== b.sentiment) comparison.changed.sentiment++;
      if (a.complaint !== b.complaint) comparison.changed.complaint++;
      if (a.severity !== b.severity) comparison.changed.severity++;
      if (idsOf(a) !== idsOf(b)) comparison.changed.categories++;
      if (a.complaint) {
        comparison.complaintsBefore++;
        for (const { id } of a.categories) countOf(id).complaintsBefore++;
      }
      if (b.complaint) {
        comparison.complaintsAfter++;
        for (const { id } of b.categories) countOf(id).complaintsAfter++;
      }
      if (a.complaint !== b.complaint) moved.push({ text, complaintBefore: a.complaintProbability, complaintAfter: b.complaintProbability });
    });
  }
  const shift = (each: ModelComparison['examples'][number]): number => Math.abs(each.complaintAfter - each.complaintBefore);
  comparison.examples = moved.sort((a, b) => shift(b) - shift(a)).slice(0, EXAMPLES_MAX);
  comparison.categories = [...counts.values()];
  return comparison;
}
