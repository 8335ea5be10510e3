import { LineCounter, parseDocument } from 'yaml';
import { TocsinError } from '../../core/errors.ts';
import { yamlFaults } from '../yaml-faults.ts';

const ALIASES_MAX = 100;

/**
 * What a person sends as a rule: a text is taken as YAML, of one rule or of a list with one, as a rule file writes it; anything else is the rule itself.
 * It is not checked here. Throws `invalid_rule` with each line that is no YAML, or where it is not one rule. Pure.
 */
export function readWrittenRule(written: unknown): unknown {
  if (typeof written !== 'string') return written;
  const lines = new LineCounter();
  const document = parseDocument(written, { lineCounter: lines, prettyErrors: false });
  const faults = yamlFaults(written, document.errors, lines);
  if (faults.length > 0) throw new TocsinError('invalid_rule', faults.map(({ line, message }) => `The rule ${message} (line ${line}).`).join(' '));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    throw new TocsinError('invalid_rule', `The rule cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
  if (!Array.isArray(value)) return value;
  if (value.length !== 1) throw new TocsinError('invalid_rule', `The rule is a list of ${value.length}: one at a time.`);
  return value[0];
}
