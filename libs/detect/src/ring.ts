/** Appends to the last `length` values, oldest first; the length may be another one each time, since settings change. */
export const pushLast = (values: number[], value: number, length: number): void => {
  values.push(value);
  if (values.length > length) values.splice(0, values.length - length);
};

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
