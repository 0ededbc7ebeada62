/** A quotient of counts; `null`, never 0, where the denominator is 0 or either is unknown. */
export const ratio = (numerator: number | null, denominator: number | null): number | null =>
  numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
