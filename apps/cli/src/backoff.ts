/** How one attempt to post went. */
export type Attempt =
  | { kind: 'answered'; status: number; retry_after: string | null }
  /** No whole answer: refused, cut off or timed out. What was sent may have been taken; ids make a repeat harmless. */
  | { kind: 'unanswered'; reason: string };

export type Verdict = { kind: 'taken' } | { kind: 'retry'; wait_ms: number } | { kind: 'give_up' };

export interface BackoffBounds {
  readonly first_ms: number;
  readonly most_ms: number;
  /** Tries without an acknowledgement before it gives up. */
  readonly attempts_max: number;
}

/** Half a minute of hurrying, then every 10 s: some five minutes in all. */
export const BACKOFF: BackoffBounds = { first_ms: 250, most_ms: 10_000, attempts_max: 36 };

/**
 * What to do after the `attempt`-th try (from 1). A 429 waits at least as long as it asks for; servers in trouble and lost
 * answers are tried again, ever more slowly, each at a point of its own (`jitter` in [0, 1)); what was refused stays refused.
 */
export const verdictOn = (attempt: Attempt, tries: number, jitter: number, bounds: BackoffBounds): Verdict => {
  if (attempt.kind === 'answered' && attempt.status >= 200 && attempt.status < 300) return { kind: 'taken' };
  const worthTrying = attempt.kind === 'unanswered' || RETRIED.has(attempt.status);
  if (!worthTrying || tries >= bounds.attempts_max) return { kind: 'give_up' };
  const doubled = Math.min(bounds.most_ms, bounds.first_ms * 2 ** (tries - 1));
  const asked = attempt.kind === 'answered' ? retryAfterMs(attempt.retry_after) : 0;
  return { kind: 'retry', wait_ms: Math.max(asked, Math.round(doubled * (0.5 + jitter / 2))) };
};

const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** `Retry-After` in seconds, as the monitor gives it; anything else asks for nothing. */
const retryAfterMs = (header: string | null): number => {
  const seconds = Number(header ?? 0);
  return seconds > 0 && seconds < 3_600 ? seconds * 1000 : 0;
};
