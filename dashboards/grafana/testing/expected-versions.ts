import type { StoredItem } from '../../../core/stored-item.ts';
import { byBytes, categoriesOf, clickHouseTime, floor, groups, type Oracle, ratio, total, type Row } from './oracle.ts';
import type { KnownReading } from './known-readings.ts';

const isWithin = ({ fill }: Oracle, { createdAtMs }: StoredItem): boolean => createdAtMs >= fill.fromMs && createdAtMs <= fill.toMs;
const sameSet = (a: readonly string[], b: readonly string[]): boolean => [...new Set(a)].sort().join('\0') === [...new Set(b)].sort().join('\0');
const sameComplaint = ({ stored, score }: KnownReading): boolean => stored.score.complaint === score.complaint;
const gap = ({ stored, score }: KnownReading): number => Math.abs(score.complaintProbability - stored.score.complaintProbability);

function kept(oracle: Oracle): KnownReading[] {
  return oracle.readings.filter(({ stored }) => stored.item.workspace === oracle.fill.variables['workspace'] && isWithin(oracle, stored));
}

function share<T>(entries: readonly T[], is: (entry: T) => boolean): number | null {
  return ratio(entries.filter(is).length, entries.length);
}

/** Rows of the panels that hold model versions beside each other. */
export const EXPECTED_VERSIONS: Record<string, (oracle: Oracle) => Row[]> = {
  'agreement-over-time': (oracle) => [...groups(kept(oracle), ({ model, stored }) => `${clickHouseTime(floor(stored.createdAtMs, Math.max(1_000, floor(oracle.fill.intervalMs, 1_000))))}\0${model}`)]
    .map(([key, readings]): Row => [key.split('\0')[0]!, key.split('\0')[1]!, share(readings, sameComplaint)])
    .sort((a, b) => byBytes(String(a[0]), String(b[0])) || byBytes(String(a[1]), String(b[1]))),
  agreement: (oracle) => [...groups(kept(oracle), ({ model, stored }) => `${stored.model}\0${model}`)]
    .map(([key, readings]): Row => [
      key.split('\0')[0]!, key.split('\0')[1]!, readings.length, share(readings, sameComplaint), share(readings, ({ stored, score }) => stored.score.sentiment === score.sentiment),
      share(readings, ({ stored, score }) => sameSet(categoriesOf(stored), score.categories.map(({ id }) => id))),
      readings.filter(({ stored, score }) => score.complaint && !stored.score.complaint).length, readings.filter(({ stored, score }) => !score.complaint && stored.score.complaint).length,
      total(readings.map(gap)) / readings.length,
    ])
    .sort((a, b) => Number(b[2]) - Number(a[2]) || byBytes(String(a[0]), String(b[0])) || byBytes(String(a[1]), String(b[1]))),
};
