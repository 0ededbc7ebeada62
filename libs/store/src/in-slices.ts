import { setImmediate as giveWay } from 'node:timers/promises';

/** Elements of a long list that are worked on before other work gets its turn: some milliseconds. */
export const SLICE = 500;

/** `list.map(one)`, a slice at a time, so that nothing else waits for a long list. */
export const mapInSlices = async <T, R>(list: readonly T[], one: (element: T, index: number) => R): Promise<R[]> => {
  const mapped: R[] = [];
  for (let from = 0; from < list.length; from += SLICE) {
    if (from > 0) await giveWay();
    for (let at = from; at < Math.min(from + SLICE, list.length); at++) mapped.push(one(list[at]!, at));
  }
  return mapped;
};
