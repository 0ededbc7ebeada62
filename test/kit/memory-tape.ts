import type { Tape, TakeEntry } from '../../libs/push/src/tape.js';

/**
 * A tape in memory that any number of processes share: each opens one of its own with the returned function. `delay` is
 * waited for between an append and its being taken.
 */
export const sharedTape = (delay: () => Promise<void> = () => Promise.resolve()): (() => Tape) => {
  const lines: Uint8Array[] = [];
  const open = new Set<TakeEntry>();
  return () => {
    let own: TakeEntry = () => false;
    return {
      open: (take, from = 0) => {
        own = take;
        for (const [place, line] of lines.entries()) if (place >= from) take(line, place);
        open.add(take);
        return Promise.resolve();
      },
      append: async (_stream_id, bytes) => {
        await delay();
        const place = lines.push(bytes) - 1;
        let counts = false;
        for (const take of open) {
          const counted = take(bytes, place);
          if (take === own) counts = counted;
        }
        return counts;
      },
    };
  };
};
