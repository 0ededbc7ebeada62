import { useCallback, useState } from 'react';

const KEY = 'tallylight.muted';
/** A muted room comes back by itself. */
const MUTED_FOR_MS = 15 * 60_000;

/** Rooms that are muted on this screen, until when by this browser's clock, ms. */
export type Mutes = Readonly<Record<string, number>>;

const read = (): Mutes => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Mutes) : {};
  } catch {
    return {};
  }
};

export const isMuted = (mutes: Mutes, stream_id: string, now: number): boolean => (mutes[stream_id] ?? 0) > now;

/** Mutes of this browser; pressed again a room is heard again. */
export const useMutes = (): { mutes: Mutes; toggle: (stream_id: string, now: number) => void } => {
  const [mutes, setMutes] = useState(read);
  const toggle = useCallback((stream_id: string, now: number) => {
    setMutes((was) => {
      const others = Object.entries(was).filter(([id, until]) => id !== stream_id && until > now);
      const next = Object.fromEntries(
        isMuted(was, stream_id, now) ? others : [...others, [stream_id, now + MUTED_FOR_MS]],
      );
      localStorage.setItem(KEY, JSON.stringify(next));
      return next;
    });
  }, []);
  return { mutes, toggle };
};
