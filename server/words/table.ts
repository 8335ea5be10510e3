/**
 * Sentences in Chinese, by the English ones that the program is written in: `{1}` and so on stand for what the pattern's brackets caught, `{1:…}` for it put
 * into Chinese as well. A text in place of a pattern is the whole sentence. The first that fits counts. `every-sentence.test.ts` holds the tables against every sentence in the tree.
 */
export type Table = readonly (readonly [RegExp | string, string])[];

/** What the first pattern of the tables that fits says, or null. `put` says a caught part, by the word behind its number. Pure. */
export function lookUp(tables: readonly Table[], message: string, put: (caught: string, how: string | undefined) => string): string | null {
  for (const table of tables) {
    for (const [pattern, text] of table) {
      const found = typeof pattern === 'string' ? (pattern === message ? [message] : null) : pattern.exec(message);
      if (found !== null) return text.replace(/\{(\d)(?::(\w+))?\}/gu, (_, at: string, how: string | undefined) => put(found[Number(at)] ?? '', how));
    }
  }
  return null;
}
