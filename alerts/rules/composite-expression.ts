/** What a composite joins: rule ids under and, or, not. */
export type CompositeNode = { op: 'rule'; id: string } | { op: 'and' | 'or'; of: CompositeNode[] } | { op: 'not'; of: CompositeNode };

export type ParsedComposite = { ok: true; node: CompositeNode } | { ok: false; message: string };

export const COMPOSITE_CHARS_MAX = 1_000;
const DEPTH_MAX = 20;
const TOKEN = /\s*(?:(\()|(\))|([a-z0-9][a-z0-9-]*)|(\S+))/gy;
const HOW = 'rule ids are joined by and, or, not and parentheses, such as: burst and not (outage or drill)';

/** Reads `burst and not (outage or drill)`; `not` binds closer than `and`, `and` closer than `or`. */
export function parseComposite(text: string): ParsedComposite {
  if (text.length > COMPOSITE_CHARS_MAX) return { ok: false, message: `is longer than ${COMPOSITE_CHARS_MAX} characters` };
  const tokens: string[] = [];
  for (const match of text.trimEnd().matchAll(TOKEN)) {
    if (match[4] !== undefined) return { ok: false, message: `has "${match[4]}", which is no rule id: ${HOW}` };
    tokens.push((match[1] ?? match[2] ?? match[3])!);
  }
  if (tokens.length === 0) return { ok: false, message: `is empty: ${HOW}` };
  try {
    const parser = new Parser(tokens);
    const node = parser.any(0);
    parser.end();
    return { ok: true, node };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  any(depth: number): CompositeNode {
    return this.#list('or', () => this.#list('and', () => this.#one(depth)));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`does not go on after "${this.#tokens[this.#at - 1]}" with "${this.#tokens[this.#at]}": ${HOW}`);
  }

  #list(op: 'and' | 'or', part: () => CompositeNode): CompositeNode {
    const of = [part()];
    while (this.#tokens[this.#at] === op) {
      this.#at++;
      of.push(part());
    }
    return of.length === 1 ? of[0]! : { op, of };
  }

  #one(depth: number): CompositeNode {
    if (depth > DEPTH_MAX) throw new Error(`is nested more than ${DEPTH_MAX} deep`);
    const token = this.#tokens[this.#at++];
    if (token === 'not') return { op: 'not', of: this.#one(depth + 1) };
    if (token === '(') {
      const inner = this.any(depth + 1);
      if (this.#tokens[this.#at++] !== ')') throw new Error(`has a "(" that is not closed: ${HOW}`);
      return inner;
    }
    if (token === undefined || token === ')' || token === 'and' || token === 'or') throw new Error(`has ${token === undefined ? 'nothing' : `"${token}"`} where a rule id belongs: ${HOW}`);
    return { op: 'rule', id: token };
  }
}

/** Whether it holds, where each rule does or does not. */
export function holds(node: CompositeNode, fires: (id: string) => boolean): boolean {
  switch (node.op) {
    case 'rule':
      return fires(node.id);
    case 'not':
      return !holds(node.of, fires);
    case 'and':
      return node.of.every((one) => holds(one, fires));
    case 'or':
      return node.of.some((one) => holds(one, fires));
  }
}

/** Ids that it names, in their order, each once; `wanted`: true for one that stands at least once under no `not`, or under two. */
export function membersOf(node: CompositeNode): Map<string, { wanted: boolean }> {
  const members = new Map<string, { wanted: boolean }>();
  const visit = (one: CompositeNode, wanted: boolean): void => {
    if (one.op === 'rule') members.set(one.id, { wanted: wanted || members.get(one.id)?.wanted === true });
    else if (one.op === 'not') visit(one.of, !wanted);
    else for (const part of one.of) visit(part, wanted);
  };
  visit(node, true);
  return members;
}
