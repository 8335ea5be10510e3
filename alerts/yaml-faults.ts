import type { LineCounter, YAMLError } from 'yaml';

export interface YamlFault {
  /** From 1. */
  line: number;
  column: number;
  message: string;
}

const OPENED = { '"': 'a quotation mark is opened and not closed', "'": 'a quotation mark is opened and not closed', '{': 'a { is opened and not closed', '[': 'a [ is opened and not closed' } as const;
const CLOSES = { '"': '"', "'": "'", '{': '}', '[': ']' } as const;

/**
 * Why a text is no YAML, in the words of whoever wrote it where the cause is one of the usual ones, in those of the parser where it is not.
 * One a line, and none after what stays open: what else is wrong there is a consequence. Pure.
 */
export function yamlFaults(text: string, errors: readonly YAMLError[], lines: LineCounter): YamlFault[] {
  const written = text.split('\n');
  const found = new Map<number, YamlFault>();
  for (const error of errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const fault = faultOf(error, { written, line: Math.max(1, line), column: Math.max(1, col) });
    if (!found.has(fault.line)) found.set(fault.line, { ...fault, message: `is not valid YAML: ${fault.message}` });
    if (Object.values<string>(OPENED).includes(fault.message)) break;
  }
  return [...found.values()];
}

function faultOf({ code, message }: YAMLError, { written, line, column }: { written: readonly string[]; line: number; column: number }): YamlFault {
  const at = written[line - 1] ?? '';
  const here = (said: string): YamlFault => ({ line, column, message: said });
  if (/^ *\t/.test(at)) return here('a tab stands before the text; YAML is indented with spaces');
  const open = /Missing closing (["'])/.exec(message)?.[1] ?? (/end with a \}/.test(message) ? '{' : /end with a \]/.test(message) ? '[' : undefined);
  if (open !== undefined) return openedAt(open as keyof typeof OPENED, written, line) ?? here(OPENED[open as keyof typeof OPENED]);
  if (code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR') {
    if (/^\s*(?:- )?[\w-]+：/.test(at)) return here('the colon is full-width (：); YAML wants a half-width one with a space behind it');
    if (/^\s*(?:- )?[\w-]+:\S/.test(at)) return here('a space is missing behind the colon');
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && /: .*: /.test(at)) return here('a value in which ": " stands must be in quotation marks');
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || /without - indicator|must start at the same column/.test(message)) return here('the keys of one entry must begin in one column');
  return here(message);
}

/** The last line up to one in which more of this is opened than closed. */
function openedAt(open: keyof typeof OPENED, written: readonly string[], upToLine: number): YamlFault | undefined {
  const close = CLOSES[open];
  for (let line = Math.min(upToLine, written.length); line >= 1; line -= 1) {
    const at = written[line - 1]!;
    const opens = at.split(open).length - 1;
    if (open === close ? opens % 2 === 1 : opens > at.split(close).length - 1) return { line, column: at.lastIndexOf(open) + 1, message: OPENED[open] };
  }
  return undefined;
}
