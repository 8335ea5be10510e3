export interface ClassScore {
  label: number;
  support: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Precision, recall and F1 of each class that stands in the truth. 0 where nothing was guessed or found. */
export function classScores(truth: readonly number[], guess: readonly number[]): ClassScore[] {
  const labels = [...new Set(truth)].sort((a, b) => a - b);
  return labels.map((label) => {
    let hit = 0;
    let guessed = 0;
    let support = 0;
    truth.forEach((value, at) => {
      if (value === label) support++;
      if (guess[at] === label) guessed++;
      if (value === label && guess[at] === label) hit++;
    });
    const precision = guessed === 0 ? 0 : hit / guessed;
    const recall = support === 0 ? 0 : hit / support;
    return { label, support, precision, recall, f1: hit === 0 ? 0 : (2 * hit) / (guessed + support) };
  });
}

/** Mean F1 of the classes that stand in the truth. */
export function macroF1(truth: readonly number[], guess: readonly number[]): number {
  const scores = classScores(truth, guess);
  return scores.length === 0 ? 0 : scores.reduce((sum, each) => sum + each.f1, 0) / scores.length;
}

export function accuracy(truth: readonly number[], guess: readonly number[]): number {
  return truth.length === 0 ? 0 : truth.filter((value, at) => value === guess[at]).length / truth.length;
}

/** Expected calibration error over ten equal bins of confidence: how far confidence and hit rate lie apart. */
export function calibrationError(confidences: readonly number[], hits: readonly boolean[], bins = 10): number {
  const sums = Array.from({ length: bins }, () => ({ confidence: 0, hits: 0, count: 0 }));
  confidences.forEach((confidence, at) => {
    const bin = sums[Math.min(bins - 1, Math.floor(confidence * bins))];
    if (bin === undefined) return;
    bin.confidence += confidence;
    bin.hits += hits[at] === true ? 1 : 0;
    bin.count++;
  });
  return sums.reduce((error, bin) => error + Math.abs(bin.confidence - bin.hits), 0) / Math.max(1, confidences.length);
}

export interface Point {
  threshold: number;
  precision: number;
  recall: number;
}

/** Precision and recall at each threshold, highest threshold first: guesses are the probabilities at or above it. */
export function precisionRecall(probabilities: readonly number[], truth: readonly boolean[]): Point[] {
  const order = probabilities.map((_, at) => at).sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
  const positives = truth.filter(Boolean).length;
  const points: Point[] = [];
  let hit = 0;
  order.forEach((at, rank) => {
    if (truth[at] === true) hit++;
    const next = order[rank + 1];
    if (next !== undefined && probabilities[next] === probabilities[at]) return;
    points.push({ threshold: probabilities[at] ?? 0, precision: hit / (rank + 1), recall: positives === 0 ? 0 : hit / positives });
  });
  return points;
}
