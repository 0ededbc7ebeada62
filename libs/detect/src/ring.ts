/** Appends to the last `length` values, oldest first; the length may be another one each time, since settings change. */
export const pushLast = (values: number[], value: number, length: number): void => {
  values.push(value);
  while (values.length > length) values.shift();
};

/** Of the values from place `from` to before place `to`, or of all. */
export const sumOf = (values: readonly number[], from = 0, to = values.length): number => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
};
