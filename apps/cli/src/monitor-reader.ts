import { explain, reasonOf, type MonitorAddress } from './monitor-client.js';

/** What a monitor answers to a question, its body unread; `reason` says what to do where there is something to do. */
export type Asked = { kind: 'answered'; response: Response } | { kind: 'failed'; reason: string };

/** Asks once. How long the body takes is the caller's affair: an export may be long. */
export const askMonitor = async (
  { url, token }: Pick<MonitorAddress, 'url' | 'token'>,
  path: string,
  stop: AbortSignal,
  /** Posted as JSON where it is given. */
  body?: unknown,
  method: 'GET' | 'POST' | 'DELETE' = body === undefined ? 'GET' : 'POST',
): Promise<Asked> => {
  try {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const posted = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(new URL(path, url), { method, headers, signal: stop, ...posted });
    if (response.ok) return { kind: 'answered', response };
    const answered = { kind: 'answered', status: response.status, retry_after: null } as const;
    return { kind: 'failed', reason: explain({ url }, answered, await response.text(), 1) };
  } catch (error) {
    if (stop.aborted) return { kind: 'failed', reason: 'stopped' };
    return { kind: 'failed', reason: explain({ url }, { kind: 'unanswered', reason: reasonOf(error) }, '', 1) };
  }
};
