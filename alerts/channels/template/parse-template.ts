/** A template's parts. `path`: names and indexes below the data, or below the item of the `#each` around it. */
export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'value'; path: string[]; filters: FilterName[]; at: string }
  | { kind: 'if'; path: string[]; then: TemplateNode[]; otherwise: TemplateNode[]; at: string }
  | { kind: 'each'; path: string[]; body: TemplateNode[]; at: string };

const FILTERS = ['json', 'url', 'html', 'line'] as const;
export type FilterName = (typeof FILTERS)[number];

export type ParsedTemplate = { ok: true; nodes: TemplateNode[] } | { ok: false; message: string };

const PATH = /^(?:this|[A-Za-z_]\w*)(?:\.\w+)*$/u;
const DEPTH_MAX = 4;

class TemplateFault extends Error {}

/**
 * Reads `{{ path | filter }}`, `{{#if path}}…{{else}}…{{/if}}` and `{{#each path}}…{{/each}}` (in it, `this` is the item).
 * Nothing in a template runs code.
 */
export function parseTemplate(source: string): ParsedTemplate {
  try {
    return { ok: true, nodes: new Parser(source).all() };
  } catch (error) {
    if (error instanceof TemplateFault) return { ok: false, message: error.message };
    throw error;
  }
}

class Parser {
  readonly #source: string;
  #offset = 0;

  constructor(source: string) {
    this.#source = source;
  }

  all(): TemplateNode[] {
    const { nodes, end } = this.#block(0);
    if (end !== null) throw new TemplateFault(`${end.at}: {{${end.tag}}} closes nothing`);
    return nodes;
  }

  /** Up to a closing tag or `else`, which is taken and answered; null at the end of the text. */
  #block(depth: number): { nodes: TemplateNode[]; end: { tag: string; at: string } | null } {
    if (depth > DEPTH_MAX) throw new TemplateFault(`${this.#place()}: more than ${DEPTH_MAX} blocks in each other`);
    const nodes: TemplateNode[] = [];
    for (;;) {
      const open = this.#source.indexOf('{{', this.#offset);
      const text = this.#source.slice(this.#offset, open < 0 ? undefined : open);
      if (text !== '') nodes.push({ kind: 'text', text });
      if (open < 0) return { nodes, end: null };
      this.#offset = open;
      const at = this.#place();
      const close = this.#source.indexOf('}}', open);
      if (close < 0) throw new TemplateFault(`${at}: {{ is not closed by }}`);
      const tag = this.#source.slice(open + 2, close).trim();
      this.#offset = close + 2;
      if (tag === 'else' || tag.startsWith('/')) return { nodes, end: { tag, at } };
      nodes.push(this.#tag(tag, at, depth));
    }
  }

  #tag(tag: string, at: string, depth: number): TemplateNode {
    const block = /^#(\w+)\s+(.*)$/u.exec(tag);
    if (block === null) return value(tag, at);
    const [, name = '', rest = ''] = block;
    const path = pathOf(rest, at);
    switch (name) {
      case 'each':
        return { kind: 'each', path, body: this.#body('each', at, depth).nodes, at };
      case 'if': {
        const then = this.#body('if', at, depth, 'else');
        return { kind: 'if', path, then: then.nodes, otherwise: then.tag === 'else' ? this.#body('if', at, depth).nodes : [], at };
      }
      default:
        throw new TemplateFault(`${at}: {{#${name}}} is not known; there are #if and #each`);
    }
  }

  #body(name: string, at: string, depth: number, orTag?: string): { nodes: TemplateNode[]; tag: string } {
    const { nodes, end } = this.#block(depth + 1);
    if (end === null) throw new TemplateFault(`${at}: {{#${name}}} is not closed by {{/${name}}}`);
    if (end.tag !== `/${name}` && end.tag !== orTag) throw new TemplateFault(`${end.at}: {{${end.tag}}} stands where {{/${name}}} is wanted`);
    return { nodes, tag: end.tag };
  }

  #place(): string {
    const before = this.#source.slice(0, this.#offset).split('\n');
    return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  }
}

function value(tag: string, at: string): TemplateNode {
  const [path = '', ...filters] = tag.split('|').map((part) => part.trim());
  const unknown = filters.find((filter) => !FILTERS.includes(filter as FilterName));
  if (unknown !== undefined) throw new TemplateFault(`${at}: the filter "${unknown.slice(0, 40)}" is not known; there are ${FILTERS.join(', ')}`);
  return { kind: 'value', path: pathOf(path, at), filters: filters as FilterName[], at };
}

function pathOf(text: string, at: string): string[] {
  if (!PATH.test(text)) throw new TemplateFault(`${at}: "${text.slice(0, 40)}" is no path such as summary.zh.line`);
  return text.split('.');
}
