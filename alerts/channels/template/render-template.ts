import { parseTemplate } from './parse-template.ts';
import type { FilterName, TemplateNode } from './parse-template.ts';

/** Why a template cannot be rendered: a sentence with its place. */
export class TemplateError extends Error {}

/** Characters that a rendered template may have. */
const RENDERED_CHARS_MAX = 200_000;

export type Template = (data: object) => string;

/** Ready to be rendered. @throws TemplateError when it is no template. Rendering throws one as well: for a path that is not there, a list that is none, and a text that grows too long. */
export function compileTemplate(source: string): Template {
  const parsed = parseTemplate(source);
  if (!parsed.ok) throw new TemplateError(parsed.message);
  return (data) => {
    const out = new Output();
    render(parsed.nodes, [data], out);
    return out.text;
  };
}

class Output {
  text = '';

  add(text: string): void {
    if (this.text.length + text.length > RENDERED_CHARS_MAX) throw new TemplateError(`grows longer than ${RENDERED_CHARS_MAX} characters`);
    this.text += text;
  }
}

/** `scopes`: the data, and the item of each `#each` around; the innermost last. */
function render(nodes: readonly TemplateNode[], scopes: readonly unknown[], out: Output): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'text':
        out.add(node.text);
        break;
      case 'value':
        out.add(shown(lookUp(node.path, scopes, node.at), node.filters));
        break;
      case 'if':
        render(isSomething(lookUp(node.path, scopes, node.at)) ? node.then : node.otherwise, scopes, out);
        break;
      case 'each': {
        const items = lookUp(node.path, scopes, node.at);
        if (!Array.isArray(items)) throw new TemplateError(`${node.at}: ${node.path.join('.')} is no list`);
        for (const item of items) render(node.body, [...scopes, item], out);
      }
    }
  }
}

/** A name is looked for in the innermost item first. What is there and null is null; what is not there is a fault. */
function lookUp(path: readonly string[], scopes: readonly unknown[], at: string): unknown {
  const [first = '', ...rest] = path;
  const scope = first === 'this' ? undefined : scopes.findLast((each) => own(each, first) !== undefined);
  let found = first === 'this' ? scopes.at(-1) : own(scope, first);
  for (const part of rest) found = found === undefined ? undefined : own(found, part);
  if (found === undefined) throw new TemplateError(`${at}: ${path.join('.')} is not there`);
  return found;
}

function own(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function isSomething(value: unknown): boolean {
  return value !== null && value !== false && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);
}

function shown(value: unknown, filters: readonly FilterName[]): string {
  let text = filters[0] === 'json' ? JSON.stringify(value) : plain(value);
  for (const filter of filters.slice(filters[0] === 'json' ? 1 : 0)) text = filtered(text, filter);
  return text;
}

function plain(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function filtered(text: string, filter: FilterName): string {
  switch (filter) {
    case 'json':
      return JSON.stringify(text);
    case 'url':
      return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
    case 'html':
      return text.replace(/[&<>"']/gu, (character) => HTML[character] ?? character);
    case 'line':
      return text.replace(/\s+/gu, ' ').trim();
  }
}
