import { useRef, useState } from 'react';
import { useRepeated } from './now.js';
import type { Answered } from './rest.js';

/** What is known of a question that is asked again and again. `missing`: the server has no answer of this kind. */
export type Asked<T> =
  { kind: 'waiting' } | { kind: 'known'; body: T } | { kind: 'missing' } | { kind: 'failed'; isForbidden: boolean };

/** What is missing may come with the next start of the monitor, and is not asked for more often than this. */
const MISSING_AGAIN_MS = 60_000;

/**
 * Asks for what `key` names, at once and then every `everyMs`; a `key` of `null` asks nothing. The last answer to the same
 * key stands while a later one fails. `hear` takes an answer that came another way.
 */
export const useAsked = <T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Answered<T>>,
  everyMs: number,
): { asked: Asked<T>; hear: (body: T) => void } => {
  const [state, setState] = useState<{ key: string | null; asked: Asked<T> }>({ key, asked: { kind: 'waiting' } });
  const asked: Asked<T> = state.key === key ? state.asked : { kind: 'waiting' };
  const latest = useRef(ask);
  latest.current = ask;
  useRepeated(
    async (signal) => {
      if (key === null) return;
      const answer = await latest.current(signal);
      if (signal.aborted) return;
      setState((was) => {
        const known = was.key === key && was.asked.kind === 'known' ? was.asked : null;
        if (answer.kind === 'ok') return { key, asked: { kind: 'known', body: answer.body } };
        const isMissing = answer.kind === 'refused' && answer.status === 404;
        const isForbidden = answer.kind === 'refused' && answer.status === 403;
        return { key, asked: known ?? (isMissing ? { kind: 'missing' } : { kind: 'failed', isForbidden }) };
      });
    },
    asked.kind === 'missing' ? Math.max(everyMs, MISSING_AGAIN_MS) : everyMs,
    [key],
    asked.kind === 'missing' ? MISSING_AGAIN_MS : 0,
  );
  return { asked, hear: (body) => setState({ key, asked: { kind: 'known', body } }) };
};
