import type { Score } from '../../core/score.ts';

export interface CategoryChange {
  category: string;
  /** Complaints that carry the category. */
  complaintsBefore: number;
  complaintsAfter: number;
}

export interface ChangedExample {
  text: string;
  complaintBefore: number;
  complaintAfter: number;
}

export interface ScoreChanges {
  texts: number;
  /** Texts whose decision differs. */
  changed: { sentiment: number; complaint: number; severity: number; categories: number };
  sentiment: Record<Score['sentiment'], { before: number; after: number }>;
  complaintsBefore: number;
  complaintsAfter: number;
  /** Those that move most come first. */
  categories: CategoryChange[];
  /** Texts that become a complaint or cease to be one, surest first. */
  examples: ChangedExample[];
}

export const EXAMPLES_MAX = 20;
const EXAMPLE_CHARS_MAX = 200;

/** Adds up what another model would say of the same texts. */
export class ChangeTally {
  readonly #changes: ScoreChanges = {
    texts: 0, changed: { sentiment: 0, complaint: 0, severity: 0, categories: 0 },
    sentiment: { negative: { before: 0, after: 0 }, neutral: { before: 0, after: 0 }, positive: { before: 0, after: 0 } },
    complaintsBefore: 0, complaintsAfter: 0, categories: [], examples: [],
  };
  readonly #categories = new Map<string, CategoryChange>();

  add(text: string, before: Score, after: Score): void {
    const changes = this.#changes;
    changes.texts++;
    if (before.sentiment !== after.sentiment) changes.changed.sentiment++;
    if (before.severity !== after.severity) changes.changed.severity++;
    if (idsOf(before) !== idsOf(after)) changes.changed.categories++;
    changes.sentiment[before.sentiment].before++;
    changes.sentiment[after.sentiment].after++;
    if (before.complaint) {
      changes.complaintsBefore++;
      for (const { id } of before.categories) this.#of(id).complaintsBefore++;
    }
    if (after.complaint) {
      changes.complaintsAfter++;
      for (const { id } of after.categories) this.#of(id).complaintsAfter++;
    }
    if (before.complaint === after.complaint) return;
    changes.changed.complaint++;
    changes.examples.push({ text: text.slice(0, EXAMPLE_CHARS_MAX), complaintBefore: before.complaintProbability, complaintAfter: after.complaintProbability });
    if (changes.examples.length > EXAMPLES_MAX * 50) this.#trim();
  }

  result(): ScoreChanges {
    this.#trim();
    const shift = ({ complaintsBefore, complaintsAfter }: CategoryChange): number => Math.abs(complaintsAfter - complaintsBefore);
    const categories = [...this.#categories.values()].sort((a, b) => shift(b) - shift(a) || a.category.localeCompare(b.category));
    return { ...this.#changes, categories };
  }

  #of(category: string): CategoryChange {
    let change = this.#categories.get(category);
    if (change === undefined) this.#categories.set(category, change = { category, complaintsBefore: 0, complaintsAfter: 0 });
    return change;
  }

  #trim(): void {
    const shift = ({ complaintBefore, complaintAfter }: ChangedExample): number => Math.abs(complaintAfter - complaintBefore);
    this.#changes.examples = this.#changes.examples.sort((a, b) => shift(b) - shift(a)).slice(0, EXAMPLES_MAX);
  }
}

function idsOf(score: Score): string {
  return score.categories.map(({ id }) => id).sort().join(' ');
}
