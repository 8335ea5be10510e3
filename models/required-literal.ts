const LITERAL = /[\p{L}\p{N} ]/u;

/**
 * A piece of text that stands in whatever a pattern matches, or '' where none is certain: looking for it is far cheaper
 * than running the pattern. Takes the longest run of letters, digits and spaces outside of groups and classes whose
 * characters are not optional; a pattern with alternatives of its own or with flags has none.
 */
export function requiredLiteral(pattern: string): string {
  if (pattern.includes('(?')) return '';
  let best = '';
  let run = '';
  let depth = 0;
  const close = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '\\') {
      // \Q…\E and \pN reach further than one character: whoever writes them gets no short cut.
      if (/[QpPx]/u.test(characters[at + 1] ?? '')) return '';
      close();
      at++;
    } else if (character === '[') {
      close();
      const end = endOfClass(characters, at);
      if (end < 0) return '';
      at = end;
    } else if (character === '(') {
      close();
      depth++;
    } else if (character === ')') {
      close();
      depth--;
    } else if (depth > 0) {
      continue;
    } else if (character === '|') {
      return '';
    } else if (LITERAL.test(character)) {
      const next = characters[at + 1] ?? '';
      if (/[?*{]/u.test(next)) close();
      else run += character;
      if (next === '+') close();
    } else if (character === '{') {
      close();
      while (at < characters.length && characters[at] !== '}') at++;
    } else close();
  }
  close();
  return best;
}

function endOfClass(characters: readonly string[], from: number): number {
  let at = from + 1;
  if (characters[at] === '^') at++;
  // A bracket right at the beginning stands for itself.
  if (characters[at] === ']') at++;
  for (; at < characters.length; at++) {
    if (characters[at] === '\\') at++;
    // Named classes such as [[:alpha:]] hold a bracket of their own.
    else if (characters[at] === '[') return -1;
    else if (characters[at] === ']') return at;
  }
  return -1;
}
