import { useRef, useState } from 'react';
import { useRepeated } from './now.js';
import type { Answered } from './rest.js';

/** What is known of a question that is asked again and again. `missing`: the server has no answer of this kind. */
export type Asked<T> =
  { kind: 'waiting' } | { kind: 'known'; body: T } | { kind: 'missing' } | { kind: 'failed'; isForbidden: boolean };

/** What is missing may come with the next start of the monitor, and is not asked for more often than this. */
const MISSING_AGAIN_MS = 60_000;

/**
 * Asks for what `key` names, at once and then every `everyMs`; a `key` of `null` asks nothing. The last answer stands while
 * a later one fails, and while only the moment is another: as long as `about` is the same. `hear` takes an answer that came
 * another way.
 */
export const useAsked = <T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Answered<T>>,
  everyMs: number,
  about: string | null = key,
): { asked: Asked<T>; hear: (body: T) => void } => {
  const [state, setState] = useState<{ about: string | null; asked: Asked<T> }>({ about, asked: { kind: 'waiting' } });
  const asked: Asked<T> = state.about === about ? state.asked : { kind: 'waiting' };
  const latest = useRef(ask);
  latest.current = ask;
  useRepeated(
    async (signal) => {
      if (key === null) return;
      const answer = await latest.current(signal);
      if (signal.aborted) return;
      setState((was) => {
        const known = was.about === about && was.asked.kind === 'known' ? was.asked : null;
        if (answer.kind === 'ok') return { about, asked: { kind: 'known', body: answer.body } };
        if (known !== null) return { about, asked: known };
        if (answer.kind === 'refused' && answer.status === 404) return { about, asked: { kind: 'missing' } };
        return { about, asked: { kind: 'failed', isForbidden: answer.kind === 'refused' && answer.status === 403 } };
      });
    },
    asked.kind === 'missing' ? Math.max(everyMs, MISSING_AGAIN_MS) : everyMs,
    [key, about],
    asked.kind === 'missing' ? MISSING_AGAIN_MS : 0,
  );
  return { asked, hear: (body) => setState({ about, asked: { kind: 'known', body } }) };
};
