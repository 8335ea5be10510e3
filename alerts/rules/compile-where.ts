import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { TocsinError } from '../../core/errors.ts';
import type { ScoredItem } from '../../core/frame.ts';
import { nearest } from './nearest.ts';
import { compileNode } from './where-closures.ts';
import { WHERE_VARIABLES, whereContext } from './where-variables.ts';

export const WHERE_CHARS_MAX = 2_000;

/** Says whether an item matches. Never throws. */
export type WherePredicate = (scored: ScoredItem) => boolean;

/** Told once for each compiled `where` that an evaluation failed; the item counted as not matching. */
export type WhereFailed = (message: string) => void;

/**
 * Compiles CEL over a scored item. Throws `invalid_rule` with what is wrong and where, for text that does not parse, that
 * speaks of an unknown variable, or whose result is not true or false.
 * Common forms become plain functions; the rest is evaluated by the CEL library.
 */
export function compileWhere(text: string, failed: WhereFailed = () => {}): WherePredicate {
  if (text.length > WHERE_CHARS_MAX) throw new TocsinError('invalid_rule', `is longer than ${WHERE_CHARS_MAX} characters`);
  const parsed = parseWhere(text);
  const compiled = closuresOf(parsed.ast);
  if (compiled !== null) return (scored) => compiled(scored) === true;
  refusePatterns(parsed.ast);
  let reported = false;
  return (scored) => {
    try {
      return parsed.evaluate(scored) === true;
    } catch (error) {
      if (!reported && !isMissingKey(error)) {
        reported = true;
        failed(`where: ${text}: ${summaryOf(error)}`);
      }
      return false;
    }
  };
}

/** The expression as the CEL library sees and evaluates it; `evaluate` throws where CEL has an error. */
export function parseWhere(text: string): { ast: ASTNode; evaluate: (scored: ScoredItem) => unknown } {
  const environment = (known ??= makeEnvironment());
  const checked = environment.check(text);
  if (!checked.valid) throw new TocsinError('invalid_rule', sayWhere(text, checked.error));
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    throw new TocsinError('invalid_rule', `gives a value of type ${checked.type}, and must be true or false, such as: complaint && stars <= 2`);
  }
  const parsed = environment.parse(text);
  return { ast: parsed.ast, evaluate: (scored) => parsed(whereContext(scored)) };
}

/** Rules whose texts are equal in this form share their windows; "" is every item. */
export function normalizeWhere(text: string | undefined): string {
  return (text ?? '').trim();
}

function closuresOf(ast: ASTNode): ReturnType<typeof compileNode> {
  try {
    return compileNode(ast);
  } catch (error) {
    throw new TocsinError('invalid_rule', `has a pattern that RE2 does not take: ${summaryOf(error)}`, { cause: error });
  }
}

/** Made once: an expression changes nothing of it. */
let known: Environment | undefined;

function makeEnvironment(): Environment {
  const environment = new Environment();
  for (const [name, { type }] of Object.entries(WHERE_VARIABLES)) {
    if (type === 'customer') environment.registerVariable(name, { schema: { tier: 'string', group: 'string', region: 'string' } });
    else environment.registerVariable(name, type);
  }
  environment.registerOperator('double == int', (left: number, right: bigint) => left === Number(right));
  return environment;
}

function sayWhere(text: string, error: unknown): string {
  const range = (error as { range?: { start: number } } | undefined)?.range;
  const summary = summaryOf(error);
  const unknown = /^Unknown variable: (.*)$/.exec(summary);
  if (unknown !== null) {
    const close = nearest(unknown[1]!, Object.keys(WHERE_VARIABLES));
    return `speaks of "${unknown[1]}"${close === null ? ', which an item does not have.' : `; did you mean ${close}?`} An item has ${Object.keys(WHERE_VARIABLES).join(', ')}`;
  }
  const near = range === undefined ? '' : ` at character ${range.start + 1}, near "${text.slice(Math.max(0, range.start - 5), range.start + 15)}"`;
  return `is not a valid expression: ${summary}${near}`;
}

function summaryOf(error: unknown): string {
  const { summary, message } = error as { summary?: string; message?: string };
  return summary ?? message ?? 'unknown error';
}

function isMissingKey(error: unknown): boolean {
  return (error as { code?: string }).code === 'no_such_key';
}

/** The library's regular expressions can take exponential time; those with a fixed pattern have been compiled before. */
function refusePatterns(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    throw new TocsinError('invalid_rule', 'uses matches() with something other than a fixed pattern over a text of the item, such as text.matches("闪退|崩溃")');
  }
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object' && 'op' in value) refusePatterns(value as ASTNode);
  };
  visit(node.args);
}
