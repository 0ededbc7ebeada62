import { setTimeout as sleep } from 'node:timers/promises';
import type { EventsAnswer, Problem } from '#contract';
import { verdictOn, type Attempt, type BackoffBounds } from './backoff.js';

/** A running monitor and how to be patient with it. */
export interface MonitorAddress {
  readonly url: URL;
  readonly token: string | null;
  readonly backoff: BackoffBounds;
  /** An answer not here by then counts as lost, ms. */
  readonly timeout_ms: number;
}

/** What came of a request in the end. `reason` says what to do where there is something to do. */
export type Posted<T> = { kind: 'taken'; answer: T; tries: number } | { kind: 'failed'; reason: string };

export const ANSWER_TIMEOUT_MS = 30_000;
/** The monitor refuses more. */
const CLOSED_AT_ONCE_MAX = 1_000;

/** Posts events until they are acknowledged as durable, or there is no point in going on. Stops at once when `stop` does. */
export const postEvents = (monitor: MonitorAddress, ndjson: Buffer, stop: AbortSignal): Promise<Posted<EventsAnswer>> =>
  post(monitor, '/api/v1/events', 'application/x-ndjson', ndjson, stop);

/** Tells the monitor that nothing more of these streams will come, of so many at a time as it takes. */
export const closeStreams = async (
  monitor: MonitorAddress,
  streamIds: readonly string[],
  stop: AbortSignal,
): Promise<Posted<unknown>> => {
  let posted: Posted<unknown> = { kind: 'taken', answer: null, tries: 0 };
  for (let at = 0; at < streamIds.length && posted.kind === 'taken'; at += CLOSED_AT_ONCE_MAX) {
    const body = Buffer.from(JSON.stringify({ stream_ids: streamIds.slice(at, at + CLOSED_AT_ONCE_MAX) }));
    posted = await post(monitor, '/api/v1/streams/close', 'application/json', body, stop);
  }
  return posted;
};

const post = async <T>(
  monitor: MonitorAddress,
  path: string,
  contentType: string,
  body: Buffer,
  stop: AbortSignal,
): Promise<Posted<T>> => {
  for (let tries = 1; ; tries++) {
    const { attempt, text } = await tryOnce(monitor, path, contentType, body, stop);
    if (stop.aborted) return { kind: 'failed', reason: 'stopped' };
    const verdict = verdictOn(attempt, tries, Math.random(), monitor.backoff);
    if (verdict.kind === 'taken') return readAnswer<T>(text, tries);
    if (verdict.kind === 'give_up') return { kind: 'failed', reason: explain(monitor, attempt, text, tries) };
    await sleep(verdict.wait_ms, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return { kind: 'failed', reason: 'stopped' };
  }
};

const tryOnce = async (
  { url, token, timeout_ms }: MonitorAddress,
  path: string,
  contentType: string,
  body: Buffer,
  stop: AbortSignal,
): Promise<{ attempt: Attempt; text: string }> => {
  try {
    const answer = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': contentType, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength),
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeout_ms)]),
    });
    const text = await answer.text();
    return {
      attempt: { kind: 'answered', status: answer.status, retry_after: answer.headers.get('retry-after') },
      text,
    };
  } catch (error) {
    return { attempt: { kind: 'unanswered', reason: reasonOf(error) }, text: '' };
  }
};

const readAnswer = <T>(text: string, tries: number): Posted<T> => {
  try {
    return { kind: 'taken', answer: JSON.parse(text === '' ? 'null' : text) as T, tries };
  } catch {
    return { kind: 'failed', reason: 'the answer is not JSON: is there a monitor at this address?' };
  }
};

/** Why a request failed in the end, and what to do. */
export const explain = (
  { url }: Pick<MonitorAddress, 'url'>,
  attempt: Attempt,
  text: string,
  tries: number,
): string => {
  if (attempt.kind === 'unanswered')
    return `no answer from ${url.origin} after ${tries} tries (${attempt.reason}): is the monitor running there?`;
  if (attempt.status === 401) return 'the monitor wants a valid token: make one with `tally token`, pass it as --token';
  if (attempt.status === 403) return `the token does not cover this: ${detailOf(text)}`;
  return `the monitor answered ${attempt.status}: ${detailOf(text)}`;
};

const detailOf = (text: string): string => {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    return problem.detail ?? problem.title ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
};

/** fetch hides the network's own word in `cause`. */
export const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};
