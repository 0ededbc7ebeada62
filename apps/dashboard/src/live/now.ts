import { useEffect, useState } from 'react';

/** This browser's clock, ms, read anew every `everyMs`. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};

/** Calls `task` after `firstMs` and, each time it is done, again after `everyMs`, until the component goes or `deps` change. */
export const useRepeated = (
  task: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  deps: readonly unknown[],
  firstMs = 0,
): void => {
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      await task(stop.signal);
      if (!stop.signal.aborted) timer = setTimeout(() => void run(), everyMs);
    };
    if (firstMs === 0) void run();
    else timer = setTimeout(() => void run(), firstMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
    // The caller names what the task depends on.
  }, [...deps, everyMs, firstMs]);
};
