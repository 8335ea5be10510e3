import { decideSentiment, isImplicitNegative } from '../decide-score.ts';
import { HEADS } from '../heads.ts';
import type { OperatingPoints } from '../operating-points.ts';
import { PHRASE_SOURCE } from './dataset.ts';
import type { Prepared } from './prepare.ts';

const IMPLICIT_TRIED = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];
const HINTS_TRIED = [0.2, 0.3];
/** Of the made-up lost customers of rules that nothing learned, this share is to be taken for negative. */
const READ_MIN = 0.82;

export interface JudgedRow {
  row: number;
  /** Calibrated, in the places of HEADS. */
  probabilities: Float32Array;
}

type ImplicitPoints = Pick<OperatingPoints, 'implicit' | 'complaintHint'>;

/**
 * The highest points of implicit negatives by which enough lost customers are taken for negative, as each step higher takes fewer
 * neutral texts for lost customers; where none is enough, or none is there, the lowest.
 */
export function chooseImplicit({ rows }: Pick<Prepared, 'rows'>, judged: readonly JudgedRow[], negative: number): ImplicitPoints {
  const lost = judged.filter(({ row }) => rows[row]?.source === PHRASE_SOURCE && rows[row].implicit === true);
  const tried = IMPLICIT_TRIED.flatMap((implicit) => HINTS_TRIED.map((complaintHint): ImplicitPoints => ({ implicit, complaintHint })));
  const takes = (points: ImplicitPoints): number => lost.filter(({ probabilities }) => isNegative(probabilities, { ...points, negative })).length / lost.length;
  return tried.findLast((points) => takes(points) >= READ_MIN) ?? tried[0]!;
}

function isNegative(probabilities: Float32Array, points: ImplicitPoints & Pick<OperatingPoints, 'negative'>): boolean {
  const { from } = HEADS.sentiment;
  const [negative = 0, neutral = 0, positive = 0] = [probabilities[from], probabilities[from + 1], probabilities[from + 2]];
  return isImplicitNegative(probabilities, neutral, points) || decideSentiment([negative, neutral, positive], points) === 'negative';
}
