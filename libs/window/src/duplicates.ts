/**
 * The ids of one stream that may still be seen again, in generations by event time.
 * An id is remembered for at least the allowed lateness plus the out-of-order bound of event time, and at most two
 * generations longer; what is older is too late anyway.
 */
export interface DuplicateMemory {
  /** Oldest first; each covers `[start, start + GENERATION_MS)` of event time. */
  generations: { start: number; ids: Set<string> }[];
}

const GENERATION_MS = 16_000;

export const emptyDuplicateMemory = (): DuplicateMemory => ({ generations: [] });

/** Was this id seen within memory? If not, it is from now on. */
export const seenBefore = (memory: DuplicateMemory, event_id: string, ts: number): boolean => {
  for (const { ids } of memory.generations) if (ids.has(event_id)) return true;
  generationOf(memory, ts).add(event_id);
  return false;
};

/** Forgets generations that lie wholly below `ts`. */
export const forgetBelow = (memory: DuplicateMemory, ts: number): void => {
  while (memory.generations.length > 0 && memory.generations[0]!.start + GENERATION_MS <= ts)
    memory.generations.shift();
};

const generationOf = (memory: DuplicateMemory, ts: number): Set<string> => {
  const start = Math.floor(ts / GENERATION_MS) * GENERATION_MS;
  const { generations } = memory;
  let at = generations.length;
  while (at > 0 && generations[at - 1]!.start > start) at--;
  const before = generations[at - 1];
  if (before?.start === start) return before.ids;
  const ids = new Set<string>();
  generations.splice(at, 0, { start, ids });
  return ids;
};
