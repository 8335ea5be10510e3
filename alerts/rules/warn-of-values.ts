import type { ASTNode } from '@marcbachmann/cel-js';
import { CATEGORY_IDS } from '../../core/category.ts';
import type { Rule } from '../../core/rule.ts';
import { parseWhere } from './compile-where.ts';
import { neverIs, valuesOf } from './likely-meant.ts';
import { noSuchCategory } from './no-such-category.ts';
import { impossibleNumber, MIRRORED } from './number-ranges.ts';
import type { Comparison } from './number-ranges.ts';

/** Something in a rule that is allowed and most likely not meant: the key of a condition, and what it says. */
export interface RuleWarning {
  key: 'where' | 'of';
  message: string;
}

const OVER_LIST = new Set(['exists', 'exists_one', 'all', 'filter', 'map']);

/**
 * Comparisons in a rule's conditions with a value that no item has, such as `channel == "wechat"` or `rating > 5`, each once. They are no faults: a rule may be older
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
      case '<':
      case '<=':
      case '>':
      case '>=':
        this.#compare(node.args[0], node.op, node.args[1], category);
        this.#compare(node.args[1], MIRRORED[node.op], node.args[0], category);
        break;
      case 'in':
        if (isNamed(node.args[1], 'categories')) this.#hold('categories', node.args[0]);
        else if (node.args[1].op === 'list') for (const entry of node.args[1].args) this.#compare(node.args[0], '==', entry, category);
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

  #compare(of: ASTNode, comparison: Comparison, value: ASTNode, category: ReadonlySet<string>): void {
    if (of.op === 'id') this.#hold(category.has(of.args) ? 'categories' : of.args, value, comparison);
    else if (of.op === '[]' && isNamed(of.args[0], 'categories')) this.#hold('categories', value);
  }

  #hold(field: string, value: ASTNode, comparison: Comparison = '=='): void {
    const number = numberOf(value);
    if (number !== null) return this.#add(impossibleNumber(field, comparison, number));
    if (value.op !== 'value' || typeof value.args !== 'string') return;
    const written = value.args;
    if (field === 'categories') return this.#add(this.#categories.includes(written) ? null : noSuchCategory(written, this.#categories));
    const values = valuesOf(field);
    if (values === undefined || values.includes(written)) return;
    this.#add(neverIs(field, written));
  }

  #add(message: string | null): void {
    if (message !== null) this.messages.add(message);
  }
}

function numberOf(node: ASTNode): number | null {
  if (node.op === '-_') {
    const number = numberOf(node.args);
    return number === null ? null : -number;
  }
  return node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint') ? Number(node.args) : null;
}

function isNamed(node: ASTNode, name: string): boolean {
  return node.op === 'id' && node.args === name;
}

function partsOf(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  return value !== null && typeof value === 'object' && 'op' in value ? [value as ASTNode] : [];
}
