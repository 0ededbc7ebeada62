/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959964;

/**
 * A count that is Poisson but for `dispersion` (variance / mean, at least 1): score limits, which are not empty for a
 * count of 0.
 */
export const countEstimate = (count: number, dispersion = 1): Estimate => {
  const z2 = Z * Z * Math.max(1, dispersion);
  const middle = count + z2 / 2;
  const reach = Math.sqrt(z2 * (count + z2 / 4));
  return { value: count, low: middle - reach, high: middle + reach };
};

/** A sum of independent amounts whose number is Poisson: its variance is estimated by the sum of their squares. */
export const sumEstimate = (amounts: readonly number[]): Estimate => {
  const value = amounts.reduce((sum, amount) => sum + amount, 0);
  const reach = Z * Math.sqrt(amounts.reduce((sum, amount) => sum + amount * amount, 0));
  return { value, low: value - reach, high: value + reach };
};

/** The estimate per unit of an exposure that is known, such as minutes. */
export const per = ({ value, low, high }: Estimate, exposure: number): Estimate => ({
  value: value / exposure,
  low: low / exposure,
  high: high / exposure,
});

/** `a − b` of two independent figures, its interval from theirs (the method of variance estimates recovery). */
export const difference = (a: Estimate, b: Estimate): Estimate => ({
  value: a.value - b.value,
  low: a.value - b.value - Math.hypot(a.value - a.low, b.high - b.value),
  high: a.value - b.value + Math.hypot(a.high - a.value, b.value - b.low),
});

/**
 * Variance / mean of counts that were each expected to be so large, at least 1: Pearson's statistic by its degrees of
 * freedom. `fitted` is how many figures the expectations were computed from.
 */
export const dispersionOf = (
  counts: readonly { readonly observed: number; readonly expected: number }[],
  fitted: number,
): number => {
  const known = counts.filter(({ expected }) => expected > 0);
  if (known.length <= fitted) return 1;
  const pearson = known.reduce((sum, { observed, expected }) => sum + (observed - expected) ** 2 / expected, 0);
  return Math.max(1, pearson / (known.length - fitted));
};
