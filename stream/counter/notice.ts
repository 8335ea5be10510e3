import type { DuplicateNotice } from '../duplicates/notice.ts';

/** What an operator should hear of; each is told once for the life of the state. */
export type CounterNotice =
  | { kind: 'rule-refused'; ruleId: string; message: string }
  | { kind: 'rule-not-filled'; ruleId: string; message: string }
  | { kind: 'where-failed'; where: string; message: string }
  /** A rule compares days of a year of which no public holidays are known; weekends stand in. */
  | { kind: 'calendar-ends'; year: number; lastYear: number }
  | { kind: 'keys-over-limit'; groupBy: string; keysMax: number }
  | { kind: 'ids-forgotten-early'; idsMax: number }
  | { kind: 'customers-forgotten-early'; customersMax: number }
  | { kind: 'missing-frames-forgotten'; missingFramesMax: number }
  | DuplicateNotice;

/** Remembers a notice for the next step to hand out, unless one about the same thing was told before. */
export function tell(state: { told: Set<string>; pendingNotices: CounterNotice[] }, about: string, notice: CounterNotice): void {
  const key = `${notice.kind} ${about}`;
  if (state.told.has(key)) return;
  state.told.add(key);
  state.pendingNotices.push(notice);
}
