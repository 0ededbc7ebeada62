import type { MetricDefinition, MetricsAnswer, PresentationRow, Problem, StreamRow, StreamsAnswer } from '#contract';

/** A stream with, flat beside the fields of the list, its session metrics by name. */
export type StreamAnswer = StreamRow & Record<string, unknown>;

/** What came of a question to the server. `unreachable`: no answer at all. */
export type Answered<T> =
  { kind: 'ok'; body: T } | { kind: 'refused'; status: number; detail: string } | { kind: 'unreachable' };

const ask = async <T>(token: string, path: string, signal: AbortSignal): Promise<Answered<T>> => {
  try {
    const response = await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, signal });
    if (response.ok) return { kind: 'ok', body: (await response.json()) as T };
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    // A gateway in front of a monitor that is down answers in its place.
    if (response.status >= 502) return { kind: 'unreachable' };
    return { kind: 'refused', status: response.status, detail: problem.detail ?? response.statusText };
  } catch {
    return { kind: 'unreachable' };
  }
};

const room = (stream_id: string): string => `/streams/${encodeURIComponent(stream_id)}`;

/** The questions the page asks over REST, with one token. */
export const restOf = (token: string) => ({
  streams: (status: 'live' | 'ended', signal: AbortSignal) =>
    ask<StreamsAnswer>(token, `/streams?status=${status}&limit=100`, signal),
  stream: (stream_id: string, signal: AbortSignal) => ask<StreamAnswer>(token, room(stream_id), signal),
  definitions: async (signal: AbortSignal): Promise<readonly MetricDefinition[]> => {
    const answer = await ask<{ definitions: MetricDefinition[] }>(token, '/definitions', signal);
    return answer.kind === 'ok' ? answer.body.definitions : [];
  },
  metrics: (
    stream_id: string,
    asked: { from: number; to: number; step_ms: number; names: string },
    signal: AbortSignal,
  ) =>
    ask<MetricsAnswer>(
      token,
      `${room(stream_id)}/metrics?from=${asked.from}&to=${asked.to}&step=${asked.step_ms / 1000}s&names=${asked.names}`,
      signal,
    ),
  presentations: (stream_id: string, signal: AbortSignal) =>
    ask<{ presentations: PresentationRow[] }>(token, `${room(stream_id)}/presentations`, signal),
});
export type Rest = ReturnType<typeof restOf>;

/** What the curves are drawn from. */
export const CURVE_NAMES = 'online,enters,leaves,expected_leaves,viewer_seconds,danmaku,orders_paid,gmv_paid_minor';
