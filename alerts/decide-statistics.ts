/** The middle of the values, or between the two middle ones; 0 of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * P(X ≥ n) for a Poisson variable of mean λ: e^−λ Σ λ^j / j! over j ≥ n, which is the regularised incomplete gamma function
 * P(n, λ) (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.5.13). Summed from the larger side, so that small tails keep
 * their digits: relative error below 1e-9.
 */
export function poissonTail(n: number, mean: number): number {
  if (n <= 0) return 1;
  if (mean <= 0) return 0;
  if (n <= mean) return 1 - sumTerms(n - 1, mean, -1);
  return Math.min(1, sumTerms(n, mean, 1));
}

/** Σ e^−λ λ^j / j! from j = n on, upwards or downwards, until the terms no longer matter. */
function sumTerms(n: number, mean: number, direction: 1 | -1): number {
  let term = Math.exp(-mean + n * Math.log(mean) - logFactorial(n));
  let sum = term;
  for (let j = n; direction === 1 || j > 0; j += direction) {
    term *= direction === 1 ? mean / (j + 1) : j / mean;
    sum += term;
    if (term <= sum * 1e-16) break;
  }
  return sum;
}

/** ln n!, exact sums for small n, Stirling's series beyond (Abramowitz and Stegun 6.1.41). */
function logFactorial(n: number): number {
  if (n < 32) {
    let sum = 0;
    for (let j = 2; j <= n; j++) sum += Math.log(j);
    return sum;
  }
  const z = n + 1;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5);
}

/**
 * The modified z-score 0.6745 (x − median) / MAD; where the MAD is 0, (x − median) / (1.2533 · mean absolute deviation) (Iglewicz and
 * Hoaglin, How to Detect and Handle Outliers, 1993; the second form as in IBM's documentation of it). Where both are 0 all earlier
 * counts were equal, and the deviation of a Poisson variable of that mean, at least 1, stands in.
 */
export function robustZ(value: number, baseline: readonly number[]): number {
  const middle = median(baseline);
  const deviations = baseline.map((one) => Math.abs(one - middle));
  const mad = median(deviations);
  if (mad > 0) return (0.6745 * (value - middle)) / mad;
  const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  return mean > 0 ? (value - middle) / (1.253314 * mean) : (value - middle) / Math.sqrt(Math.max(1, middle));
}
