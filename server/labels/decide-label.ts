import { LABEL_FIELDS, type CurrentLabels, type LabelField, type LabelRecord, type Labels } from '../../core/label.ts';

/** Of each field the last label, in the order of the history. */
export function currentLabels(history: readonly LabelRecord[]): CurrentLabels {
  const current: Record<string, unknown> = {};
  for (const { labels, by, atMs } of history) {
    for (const field of LABEL_FIELDS) if (labels[field] !== undefined) current[field] = { value: labels[field], by, atMs };
  }
  return current as CurrentLabels;
}

export type LabelDecision = { kind: 'append'; reason: 'new' | 'differs' } | { kind: 'keep'; reason: 'already-so' };

/** The same person saying the same again adds nothing, so that a request may be repeated. */
export function decideLabel(current: CurrentLabels, { by, labels }: { by: string; labels: Labels }): LabelDecision {
  const given = LABEL_FIELDS.filter((field) => labels[field] !== undefined);
  const isSo = (field: LabelField): boolean => current[field]?.by === by && isSame(current[field].value, labels[field]);
  if (given.every(isSo)) return { kind: 'keep', reason: 'already-so' };
  return { kind: 'append', reason: given.every((field) => current[field] === undefined) ? 'new' : 'differs' };
}

function isSame(a: unknown, b: unknown): boolean {
  const ordered = (value: unknown): string => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  return ordered(a) === ordered(b);
}
