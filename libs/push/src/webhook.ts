import type { ChannelKind } from '#contract';
import type { WebhookRequest } from './webhook-request.js';

/** What came of one call. `retry_after_ms`: the other side asked for so much patience. */
export type WebhookOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: string; readonly retry_after_ms: number | null };

/** What is read of an answer; robots answer in a line. */
const ANSWER_BYTES_MAX = 65_536;
const ERROR_LENGTH_MAX = 200;

/**
 * Makes one call and answers what came of it; never throws, and is over after `timeoutMs`. It follows no redirect: the
 * address was given by an administrator, and what it points to was not. Robots answer 200 also where they took nothing;
 * they are believed only with the code that says so.
 */
export const callWebhook = async (
  kind: ChannelKind,
  { url, headers, body }: WebhookRequest,
  timeoutMs: number,
): Promise<WebhookOutcome> => {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    const text = await readSome(response);
    if (response.status >= 300 && response.status < 400)
      return failed(`${response.status}: redirects are not followed`);
    if (!response.ok) return failed(`${response.status} ${clean(text)}`, retryAfterMs(response));
    return kind === 'generic' ? { kind: 'delivered' } : robotOutcome(text);
  } catch (error) {
    return failed(reasonOf(error, timeoutMs));
  }
};

const failed = (error: string, retry_after_ms: number | null = null): WebhookOutcome => ({
  ...{ kind: 'failed', error: error.trim(), retry_after_ms },
});

/** Feishu says `code`, the others `errcode`: 0 is the one good answer. */
const robotOutcome = (text: string): WebhookOutcome => {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return failed(`200, but not in JSON: ${clean(text)}`);
  }
  const { code, errcode, msg, errmsg } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  const given = errcode ?? code;
  if (given === 0) return { kind: 'delivered' };
  return failed(`200, but refused: ${clean(`${JSON.stringify(given ?? null)} ${String(errmsg ?? msg ?? '')}`)}`);
};

const readSome = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body !== null)
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) break;
    }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
};

const retryAfterMs = (response: Response): number | null => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds, 3600) * 1000 : null;
};

/** What the other side said, on one line and no longer than can be shown. */
const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, ERROR_LENGTH_MAX);

/** The cause in a word; never the address, which may hold a secret. */
const reasonOf = (error: unknown, timeoutMs: number): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string; name?: string } };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return `could not be reached: ${cause?.code ?? 'the connection broke'}`;
};
