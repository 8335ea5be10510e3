import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

/** A sentence as it is written in the source. */
export interface WrittenSentence {
  file: string;
  line: number;
  /** What it may say, one for each way through its conditions; `HOLE` stands for each value that is put in. */
  variants: string[];
}

/** Stands for a value that is put in while the program runs. */
export const HOLE = '⟦⟧';

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const VARIANTS_MAX = 64;
/** Two words of English in a row, or one beside a value. */
const IS_SENTENCE = /[A-Za-z]{2,}[,:;]? (?:[a-z]{2,}|⟦⟧)|⟦⟧ [a-z]{2,}/u;

/** Every sentence in English of the product's files that match, but for those at places that `isFor` keeps out. */
export function sentencesInTree(root: string, isFile: (file: string) => boolean, isForPeople: (place: Place) => boolean): WrittenSentence[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n')
    .filter((file) => file.endsWith('.ts') && !/\.(?:test|contract|d)\.ts$|\/testing\/|\/(?:testing|test-tools)\.ts$/u.test(file) && isFile(file));
  return files.flatMap((file) => new Reader(file, readFileSync(join(root, file), 'utf8'), isForPeople).read());
}

/** Where a sentence stands: what is around it, innermost first, such as `call logger.warn`, `key en`, `new TocsinError`. */
export interface Place {
  file: string;
  around: readonly string[];
  text: string;
}

class Reader {
  readonly #file: string;
  readonly #source: string;
  readonly #isForPeople: (place: Place) => boolean;
  readonly #found: WrittenSentence[] = [];

  constructor(file: string, source: string, isForPeople: (place: Place) => boolean) {
    this.#file = file;
    this.#source = source;
    this.#isForPeople = isForPeople;
  }

  read(): WrittenSentence[] {
    this.#visit(parseSync(this.#file, this.#source).program as unknown as Node, []);
    return this.#found;
  }

  #visit(node: Node, around: readonly string[]): void {
    if (/^(?:Import|ExportAll|TS(?!As|Satisfies|NonNull))/u.test(node.type)) return;
    if (isText(node)) {
      const variants = this.#variants(node).filter((text) => IS_SENTENCE.test(text));
      const [text] = variants;
      if (text !== undefined && this.#isForPeople({ file: this.#file, around, text })) this.#found.push({ file: this.#file, line: this.#source.slice(0, node.start).split('\n').length, variants });
    }
    const inside = [...this.#labels(node), ...around];
    for (const child of childrenOf(node)) {
      if (isText(node) && isPartOfText(child)) this.#visitInside(child, inside);
      else this.#visit(child, inside);
    }
  }

  /** Below what was taken for a part of a sentence: only what is no part of it any more. */
  #visitInside(node: Node, around: readonly string[]): void {
    for (const child of childrenOf(node)) {
      if (isPartOfText(child)) this.#visitInside(child, around);
      else this.#visit(child, around);
    }
  }

  #labels(node: Node): string[] {
    const said = (part: unknown): string => this.#source.slice((part as Node).start, (part as Node).end).replaceAll(/\s+/gu, '').slice(0, 60);
    switch (node.type) {
      case 'CallExpression':
        return [`call ${nameOf(node.callee as Node, said)}`];
      case 'NewExpression': {
        const [first] = node.arguments as Node[];
        return [`new ${said(node.callee)}`, ...(first?.type === 'Literal' ? [`code ${String(first.value)}`] : [])];
      }
      case 'Property':
        return [`key ${said(node.key)}`];
      case 'ObjectExpression':
        return [`object ${(node.properties as Node[]).flatMap((each) => (each.type === 'Property' ? [said(each.key)] : [])).join(' ')}`];
      case 'VariableDeclarator':
        return [`const ${said(node.id)}`];
      case 'ConditionalExpression':
        return [`if ${said(node.test)}`];
      case 'IfStatement':
        return [`if ${said(node.test)}`];
      case 'FunctionDeclaration':
        return [`function ${said(node.id)}`];
      case 'MethodDefinition':
        return [`method ${said(node.key)}`];
      default:
        return [];
    }
  }

  #variants(node: Node): string[] {
    switch (node.type) {
      case 'Literal':
        return [typeof node.value === 'string' ? node.value : HOLE];
      case 'TemplateLiteral': {
        const expressions = node.expressions as Node[];
        return (node.quasis as { value: { cooked: string } }[]).reduce<string[]>((heads, { value }, at) => {
          const expression = expressions[at];
          return product(heads.map((head) => head + value.cooked), expression === undefined ? [''] : this.#variants(expression));
        }, ['']);
      }
      case 'ConditionalExpression':
        return [...this.#variants(node.consequent as Node), ...this.#variants(node.alternate as Node)];
      case 'BinaryExpression':
        return isText(node) ? product(this.#variants(node.left as Node), this.#variants(node.right as Node)) : [HOLE];
      case 'ParenthesizedExpression':
        return this.#variants(node.expression as Node);
      default:
        return [HOLE];
    }
  }
}

/** `logger.warn`, `z….describe`: of a chain of calls its beginning and its end. */
function nameOf(callee: Node, said: (node: Node) => string): string {
  if (callee.type !== 'MemberExpression') return said(callee);
  return `${said(callee.object as Node).split(/[.(]/u)[0]}….${said(callee.property as Node)}`;
}

function product(heads: readonly string[], tails: readonly string[]): string[] {
  return heads.flatMap((head) => tails.map((tail) => head + tail)).slice(0, VARIANTS_MAX);
}

function isText(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string';
  if (node.type === 'BinaryExpression' && node.operator === '+') return isPartOfText(node.left as Node) || isPartOfText(node.right as Node);
  return node.type === 'TemplateLiteral';
}

function isPartOfText(node: Node): boolean {
  if (node.type === 'ConditionalExpression') return isPartOfText(node.consequent as Node) || isPartOfText(node.alternate as Node);
  if (node.type === 'ParenthesizedExpression') return isPartOfText(node.expression as Node);
  return isText(node);
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value])).filter((value): value is Node => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string');
}
