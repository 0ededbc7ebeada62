import type { Answered } from './rest.js';

/** What has been said for good is not asked for again. */
export const NEVER_AGAIN = Infinity;
/** What is missing may come with the next start of the monitor, and is not asked for more often than this. */
const MISSING_AGAIN_MS = 60_000;
/** After a first failure; each further one in a row doubles it. */
const FAILED_AGAIN_MS = 1_000;

/** How long to wait after an answer until a question that is asked every `everyMs` is asked again. `failures`: in a row, this one included. */
export const waitAfter = (answer: Answered<unknown>, everyMs: number, failures: number): number => {
  if (answer.kind === 'ok') return everyMs;
  if (isMissing(answer)) return everyMs === NEVER_AGAIN ? MISSING_AGAIN_MS : Math.max(everyMs, MISSING_AGAIN_MS);
  const longest = everyMs === NEVER_AGAIN ? MISSING_AGAIN_MS : everyMs;
  return Math.min(longest, FAILED_AGAIN_MS * 2 ** (failures - 1));
};

/** The server has no answer of this kind. */
export const isMissing = (answer: Answered<unknown>): boolean => answer.kind === 'refused' && answer.status === 404;
