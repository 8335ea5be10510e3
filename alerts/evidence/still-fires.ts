import type { Opening, ReachedLevel } from '../list/alert-record.ts';
import type { Proof } from './prove-alert.ts';
import { usualOf } from './usual.ts';

/** Sums of probabilities are told to two places. */
const CLOSE = 1e-9;

/**
 * Whether an alert would have opened by the numbers that its moment comes to now. A spike, and an absence, is held against its earlier windows
 * as they come out now, a composite fires while each member does. Pure.
 */
export function stillFires(opening: Opening, { countedAsOf, parts, claimed }: Pick<Proof, 'countedAsOf' | 'parts' | 'claimed'>): boolean {
  const { fireAt, measure } = opening;
  switch (measure?.kind) {
    case 'absence': {
      const now = usualOf(opening, parts)?.now;
      return countedAsOf < fireAt && (now === undefined || now.expected >= (now.expectedMin ?? 0));
    }
    case 'composite':
      return countedAsOf >= claimed;
    case 'share': {
      // `fireAt` is the count that fires at the volume of then, its smallest count and volume among them.
      const volume = parts.find(({ id }) => id === 'volume')?.countedAsOf ?? measure.volume;
      const needed = volume === measure.volume ? fireAt : Math.ceil(measure.shareAtLeast * volume - CLOSE);
      return countedAsOf >= needed && countedAsOf > 0;
    }
    case 'spike':
      return countedAsOf >= (usualOf(opening, parts)?.now.fireAt ?? fireAt);
    case 'customers':
    case 'probability':
    case 'severe':
    case 'newTopic':
    case 'trouble':
    case undefined:
      return countedAsOf >= fireAt - CLOSE;
  }
}

/** Whether an alert would have reached its level by the number that the moment comes to now. Pure. */
export function stillReached({ levelAt }: Pick<ReachedLevel, 'levelAt'>, { countedAsOf }: { countedAsOf: number }): boolean {
  return countedAsOf >= levelAt - CLOSE;
}
