/** `[low quartile, median, high quartile]` of the values that are known, between ranks in proportion; `null` of fewer than two. */
export const quartiles = (values: readonly (number | null)[]): [number, number, number] | null => {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length < 2 ? null : [quantileOf(known, 0.25), quantileOf(known, 0.5), quantileOf(known, 0.75)];
};

/** The quantile of values in ascending order, of which there is at least one. */
export const quantileOf = (ascending: readonly number[], share: number): number => {
  const rank = share * (ascending.length - 1);
  const below = ascending[Math.floor(rank)]!;
  const above = ascending[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
};
