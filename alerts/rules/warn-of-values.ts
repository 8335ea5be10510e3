import type { ASTNode } from '@marcbachmann/cel-js';
import { CATEGORIES, CATEGORY_IDS } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import type { Rule } from '../../core/rule.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import { parseWhere } from './compile-where.ts';
import { nearest } from './nearest.ts';

/** Something in a rule that is allowed and most likely not meant: the key of a condition, and what it says. */
export interface RuleWarning {
  key: 'where' | 'of';
  message: string;
}

/** Texts of an item that are always one of a list. */
const CLOSED: Readonly<Record<string, readonly string[]>> = { channel: CHANNELS, sentiment: SENTIMENTS, severity: SEVERITIES, language: LANGUAGES };
const OVER_LIST = new Set(['exists', 'exists_one', 'all', 'filter', 'map']);

/**
 * Comparisons in a rule's conditions with a value that no item has, such as `channel == "wechat"`, each once. They are no faults: a rule may be older
 * than a list of values, and one with `||` may fire all the same. `ownCategories`: ids that the taxonomy adds to the built-in ones. Pure.
 */
export function warnOfValues(rule: Rule, ownCategories: readonly string[] = []): RuleWarning[] {
  const conditions: [RuleWarning['key'], string | undefined][] = [['where', rule.where], ['of', rule.kind === 'share' ? rule.of.where : undefined]];
  return conditions.flatMap(([key, text]) => {
    if (text === undefined || text === '') return [];
    const look = new Look([...CATEGORY_IDS, ...ownCategories]);
    look.visit(parseWhere(text).ast, new Set());
    return [...look.messages].map((message) => ({ key, message }));
  });
}

class Look {
  readonly messages = new Set<string>();
  readonly #categories: readonly string[];

  constructor(categories: readonly string[]) {
    this.#categories = categories;
  }

  /** `category`: names that stand for one of the item's categories, as in `categories.exists(c, …)`. */
  visit(node: ASTNode, category: ReadonlySet<string>): void {
    switch (node.op) {
      case '==':
      case '!=':
        this.#compare(node.args[0], node.args[1], category);
        this.#compare(node.args[1], node.args[0], category);
        break;
      case 'in':
        if (isNamed(node.args[1], 'categories')) this.#hold('categories', node.args[0]);
        else if (node.args[1].op === 'list') for (const entry of node.args[1].args) this.#compare(node.args[0], entry, category);
        break;
      case 'rcall':
        if (OVER_LIST.has(node.args[0]) && isNamed(node.args[1], 'categories') && node.args[2][0]?.op === 'id') {
          const inside = new Set(category).add(node.args[2][0].args);
          for (const part of node.args[2].slice(1)) this.visit(part, inside);
          return;
        }
        break;
    }
    for (const part of partsOf(node.args)) this.visit(part, category);
  }

  #compare(of: ASTNode, value: ASTNode, category: ReadonlySet<string>): void {
    if (of.op === 'id') this.#hold(category.has(of.args) ? 'categories' : of.args, value);
    else if (of.op === '[]' && isNamed(of.args[0], 'categories')) this.#hold('categories', value);
  }

  #hold(field: string, value: ASTNode): void {
    if (value.op !== 'value' || typeof value.args !== 'string') return;
    const written = value.args;
    if (field === 'categories') {
      if (this.#categories.includes(written)) return;
      const close = nearestCategory(written, this.#categories);
      this.messages.add(`looks for the category "${written}", which neither the model nor the taxonomy has${close === null ? '.' : `; did you mean ${close}?`} They have ${this.#categories.join(', ')}`);
      return;
    }
    const values = Object.hasOwn(CLOSED, field) ? CLOSED[field] : undefined;
    if (values === undefined || values.includes(written)) return;
    const close = nearest(written, values);
    this.messages.add(`compares ${field} with "${written}", which it never is${close === null ? '.' : `; did you mean ${close}?`} It is one of ${values.join(', ')}`);
  }
}

/** By its id, its last part, its first part, or its name in either language. */
function nearestCategory(written: string, ids: readonly string[]): string | null {
  const byPart = nearest(written, ids.map((id) => id.split('.').at(-1)!));
  const lower = written.toLowerCase();
  return nearest(written, ids)
    ?? ids.find((id) => id.split('.').at(-1) === byPart)
    ?? ids.find((id) => id.startsWith(`${lower}.`))
    ?? CATEGORY_IDS.find((id) => CATEGORIES[id].zh.includes(written) || CATEGORIES[id].en.toLowerCase().includes(lower))
    ?? null;
}

function isNamed(node: ASTNode, name: string): boolean {
  return node.op === 'id' && node.args === name;
}

function partsOf(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  return value !== null && typeof value === 'object' && 'op' in value ? [value as ASTNode] : [];
}
