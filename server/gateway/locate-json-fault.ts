/** Where and why a text is no JSON. Holds nothing of the text itself. */
export interface JsonFault {
  /** Offset in UTF-16 code units. */
  position: number;
  /** From 1. */
  line: number;
  column: number;
  /** Ends a sentence: `a comma or ] was expected`. */
  reason: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
const WHITE_SPACE = /[ \t\n\r]*/uy;
const LITERALS = ['true', 'false', 'null'];
const STRING_PART = /[^"\\\u0000-\u001F]*/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/uy;

/**
 * The first place at which `text` stops being JSON (RFC 8259), or null for JSON. JSON.parse tells the place in words
 * that differ between versions of the runtime and repeat a piece of the text, which may be personal.
 * Without recursion, so that deep nesting is no danger.
 */
export function locateJsonFault(text: string): JsonFault | null {
  const scanner = new Scanner(text);
  const reason = scanner.scan();
  if (reason === null) return null;
  const before = text.slice(0, scanner.at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { position: scanner.at, line: before.split('\n').length, column: scanner.at - lineStart + 1, reason };
}

class Scanner {
  at = 0;
  readonly #text: string;
  /** The closing bracket of everything that is open. */
  readonly #open: ('}' | ']')[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The reason of the first fault, with `at` on it; null when there is none. */
  scan(): string | null {
    for (;;) {
      const fault = this.#value();
      if (fault !== null) return fault;
      const next = this.#afterValue();
      if (next !== 'value') return next;
    }
  }

  /** A scalar, an empty container, or the way to the first value inside of one. */
  #value(): string | null {
    for (;;) {
      this.#skip(WHITE_SPACE);
      const character = this.#text[this.at];
      if (character === '{' || character === '[') {
        const close = character === '{' ? '}' : ']';
        this.at += 1;
        this.#skip(WHITE_SPACE);
        if (this.#text[this.at] === close) {
          this.at += 1;
          return null;
        }
        this.#open.push(close);
        const fault = close === '}' ? this.#name() : null;
        if (fault !== null) return fault;
        continue;
      }
      return this.#scalar(character);
    }
  }

  #scalar(character: string | undefined): string | null {
    if (character === undefined) return this.at === 0 ? 'the text is empty' : 'the text ends too early';
    if (character === '"') return this.#string();
    const literal = LITERALS.find((each) => this.#text.startsWith(each, this.at));
    if (literal !== undefined) {
      this.at += literal.length;
      return null;
    }
    return this.#skip(NUMBER) ? null : 'a value was expected';
  }

  #afterValue(): string | 'value' | null {
    for (;;) {
      this.#skip(WHITE_SPACE);
      const close = this.#open.at(-1);
      const character = this.#text[this.at];
      if (close === undefined) return character === undefined ? null : 'there is more text after the end';
      if (character === undefined) return 'the text ends too early';
      if (character === close) {
        this.at += 1;
        this.#open.pop();
        continue;
      }
      if (character !== ',') return `a comma or ${close} was expected`;
      this.at += 1;
      return close === '}' ? this.#name() ?? 'value' : 'value';
    }
  }

  /** A name of an object and its colon. */
  #name(): string | null {
    this.#skip(WHITE_SPACE);
    if (this.at >= this.#text.length) return 'the text ends too early';
    if (this.#text[this.at] !== '"') return 'a name in double quotes was expected';
    const fault = this.#string();
    if (fault !== null) return fault;
    this.#skip(WHITE_SPACE);
    if (this.at >= this.#text.length) return 'the text ends too early';
    if (this.#text[this.at] !== ':') return 'a colon was expected';
    this.at += 1;
    return null;
  }

  #string(): string | null {
    this.at += 1;
    for (;;) {
      this.#skip(STRING_PART);
      const character = this.#text[this.at];
      if (character === undefined) return 'the text ends inside of a string';
      if (character === '"') {
        this.at += 1;
        return null;
      }
      if (character !== '\\') return 'a control character stands in a string and must be escaped';
      if (!this.#skip(ESCAPE)) return 'a backslash is followed by no known escape';
    }
  }

  /** True when something was skipped. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.at += length;
    return length > 0;
  }
}
