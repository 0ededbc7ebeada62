import { useRef, useState } from 'react';
import { useRepeated } from './now.js';
import type { Answered } from './rest.js';
import { isMissing, NEVER_AGAIN, waitAfter } from './wait-after.js';

/** What is known of a question that is asked again and again. `missing`: the server has no answer of this kind. `isOld`: it was asked again since, in vain. */
export type Asked<T> =
  | { kind: 'waiting' }
  | { kind: 'known'; body: T; isOld: boolean }
  | { kind: 'missing' }
  | { kind: 'failed'; isForbidden: boolean };

/**
 * Asks for what `key` names, at once and then every `everyMs`, or never again once it is answered; after a failure soon, then
 * later each time. A `key` of `null` asks nothing. The last answer stands while a later one fails, and while only the moment is
 * another: as long as `about` is the same. What `isFinal` is not asked again. `hear` takes an answer that came another way.
 */
export const useAsked = <T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Answered<T>>,
  everyMs: number,
  about: string | null = key,
  firstMs = 0,
  isFinal: (body: T) => boolean = () => false,
): { asked: Asked<T>; hear: (body: T) => void } => {
  const [state, setState] = useState<{ about: string | null; asked: Asked<T> }>({ about, asked: { kind: 'waiting' } });
  const asked: Asked<T> = state.about === about ? state.asked : { kind: 'waiting' };
  const latest = useRef(ask);
  latest.current = ask;
  useRepeated(
    async (signal, run) => {
      if (key === null) return NEVER_AGAIN;
      const answer = await latest.current(signal);
      if (signal.aborted) return;
      run.failures = answer.kind === 'ok' ? 0 : run.failures + 1;
      setState((was) => ({ about, asked: after(was.about === about ? was.asked : { kind: 'waiting' }, answer) }));
      return answer.kind === 'ok' && isFinal(answer.body) ? NEVER_AGAIN : waitAfter(answer, everyMs, run.failures);
    },
    everyMs,
    [key, about],
    firstMs,
  );
  return { asked, hear: (body) => setState({ about, asked: { kind: 'known', body, isOld: false } }) };
};

const after = <T>(was: Asked<T>, answer: Answered<T>): Asked<T> => {
  if (answer.kind === 'ok') return { kind: 'known', body: answer.body, isOld: false };
  if (was.kind === 'known') return { ...was, isOld: true };
  if (isMissing(answer)) return { kind: 'missing' };
  return { kind: 'failed', isForbidden: answer.kind === 'refused' && answer.status === 403 };
};
