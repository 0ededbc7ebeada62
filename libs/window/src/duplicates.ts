/**
 * The ids of one stream that may still be seen again, with the `ts` they were first seen with, in generations by event
 * time. An id counts as seen while its event would not be too late by now; what comes again later is too late anyway.
 */
export interface DuplicateMemory {
  /** Oldest first; each covers `[start, start + GENERATION_MS)` of event time. */
  generations: { start: number; tsOfId: Map<string, number> }[];
}

/** Longer than memory reaches by default, so that an id is looked up in two generations, seldom three. */
const GENERATION_MS = 64_000;

export const emptyDuplicateMemory = (): DuplicateMemory => ({ generations: [] });

/** Was this id seen with a `ts` at or after `rememberedFrom`? If not, it is from now on. */
export const seenBefore = (memory: DuplicateMemory, event_id: string, ts: number, rememberedFrom: number): boolean => {
  for (const { tsOfId } of memory.generations) {
    const firstTs = tsOfId.get(event_id);
    if (firstTs !== undefined && firstTs >= rememberedFrom) return true;
  }
  generationOf(memory, ts).set(event_id, ts);
  return false;
};

/** Forgets generations that lie wholly below `ts`. */
export const forgetBelow = (memory: DuplicateMemory, ts: number): void => {
  while (memory.generations.length > 0 && memory.generations[0]!.start + GENERATION_MS <= ts)
    memory.generations.shift();
};

const generationOf = (memory: DuplicateMemory, ts: number): Map<string, number> => {
  const start = Math.floor(ts / GENERATION_MS) * GENERATION_MS;
  const { generations } = memory;
  let at = generations.length;
  while (at > 0 && generations[at - 1]!.start > start) at--;
  const before = generations[at - 1];
  if (before?.start === start) return before.tsOfId;
  const tsOfId = new Map<string, number>();
  generations.splice(at, 0, { start, tsOfId });
  return tsOfId;
};
