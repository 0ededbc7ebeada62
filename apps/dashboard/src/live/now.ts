import { useEffect, useState } from 'react';
import { NEVER_AGAIN } from './wait-after.js';

/** This browser's clock, ms, read anew every `everyMs`. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};

/** What a repeated task knows of its calls before. */
interface Run {
  /** In a row, up to now. */
  failures: number;
}

/**
 * Calls `task` after `firstMs` and, each time it is done, again after `everyMs` or after what it answers, until the component
 * goes or `deps` change; an answer of {@link NEVER_AGAIN} ends it. What the task notes in `run` it finds there the next time,
 * until `deps` change.
 */
export const useRepeated = (
  task: (signal: AbortSignal, run: Run) => Promise<number | void>,
  everyMs: number,
  deps: readonly unknown[],
  firstMs = 0,
): void => {
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run: Run = { failures: 0 };
    const next = async (): Promise<void> => {
      const wait_ms = (await task(stop.signal, run)) ?? everyMs;
      if (!stop.signal.aborted && wait_ms !== NEVER_AGAIN) timer = setTimeout(() => void next(), wait_ms);
    };
    if (firstMs === 0) void next();
    else timer = setTimeout(() => void next(), firstMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
    // The caller names what the task depends on.
  }, [...deps, everyMs, firstMs]);
};
