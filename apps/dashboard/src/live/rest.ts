import type {
  ActionRequest,
  ActionsAnswer,
  ActionShown,
  AlertsAnswer,
  BacktestAnswer,
  BacktestRequest,
  Channel,
  ChannelRequest,
  ChannelsAnswer,
  ChannelTestAnswer,
  CompareAnswer,
  FunnelAnswer,
  HistoryAnswer,
  HostView,
  KeywordsAnswer,
  LiftAnswer,
  MetricDefinition,
  MetricsAnswer,
  PresentationRow,
  Problem,
  RuleChange,
  RuleRow,
  RulesAnswer,
  RundownAnswer,
  RundownLine,
  Silence,
  SilenceRequest,
  SilencesAnswer,
  StreamRow,
  StreamsAnswer,
  UsualAnswer,
  WordsAnswer,
} from '#contract';

/** A stream with, flat beside the fields of the list, its session metrics by name. */
export type StreamAnswer = StreamRow & Record<string, unknown>;

/** What came of a question to the server. `unreachable`: no answer at all. */
export type Answered<T> =
  { kind: 'ok'; body: T } | { kind: 'refused'; status: number; detail: string } | { kind: 'unreachable' };

/** A stretch of event time `[from, to)`, ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** `GET …/retention`: the share still here `s` seconds after joining; `null` where nobody was at risk. */
export interface RetentionAnswer {
  curve: { s: number; retention: number | null }[];
}

const ask = <T>(token: string, path: string, signal: AbortSignal): Promise<Answered<T>> =>
  send<T>(token, path, { signal });

const send = async <T>(
  token: string,
  path: string,
  request: RequestInit,
  read: (response: Response) => Promise<unknown> = (response) => response.json(),
): Promise<Answered<T>> => {
  try {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(request.body !== undefined && { 'Content-Type': 'application/json' }),
    };
    const response = await fetch(`/api/v1${path}`, { ...request, headers });
    if (response.ok) return { kind: 'ok', body: (await read(response)) as T };
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    // A gateway in front of a monitor that is down answers in its place.
    if (response.status >= 502) return { kind: 'unreachable' };
    return { kind: 'refused', status: response.status, detail: problem.detail ?? response.statusText };
  } catch {
    return { kind: 'unreachable' };
  }
};

const room = (stream_id: string): string => `/streams/${encodeURIComponent(stream_id)}`;
const channel = (channel_id: string): string => `/channels/${encodeURIComponent(channel_id)}`;
const json = (method: 'PUT' | 'POST', body: object): RequestInit => ({ method, body: JSON.stringify(body) });
const between = ({ from, to }: Range): string => `from=${from}&to=${to}`;

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
  alerts: (stream_id: string, signal: AbortSignal) =>
    ask<AlertsAnswer>(token, `${room(stream_id)}/alerts?limit=1000`, signal),
  sessions: (cursor: string | null, signal: AbortSignal) =>
    ask<StreamsAnswer>(
      token,
      `/streams?status=ended&limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      signal,
    ),
  compare: (stream_ids: readonly string[], step_ms: number, signal: AbortSignal) =>
    ask<CompareAnswer>(
      token,
      `/compare?streams=${stream_ids.map(encodeURIComponent).join(',')}&step=${step_ms / 1000}s&names=online,leaves,expected_leaves,gmv_paid_minor,orders_paid`,
      signal,
    ),
  file: (stream_id: string, what: string, format: string) =>
    send<Blob>(token, `${room(stream_id)}/export?what=${what}&format=${format}`, {}, (response) => response.blob()),
  /** The session on one page, in this language. */
  report: (stream_id: string, lang: string): Promise<Answered<Blob>> =>
    send<Blob>(token, `${room(stream_id)}/report?lang=${lang}`, {}, (response) => response.blob()),
  funnel: (stream_id: string, item_id: string | null, range: Range | null, signal: AbortSignal) => {
    const asked = [
      ...(item_id === null ? [] : [`item_id=${encodeURIComponent(item_id)}`]),
      ...(range === null ? [] : [between(range)]),
    ];
    return ask<FunnelAnswer>(token, `${room(stream_id)}/funnel?${asked.join('&')}`, signal);
  },
  retention: (stream_id: string, range: Range | null, signal: AbortSignal) =>
    ask<RetentionAnswer>(token, `${room(stream_id)}/retention${range === null ? '' : `?${between(range)}`}`, signal),
  lift: (stream_id: string, signal: AbortSignal) => ask<LiftAnswer>(token, `${room(stream_id)}/lift`, signal),
  usual: (stream_id: string, signal: AbortSignal) =>
    ask<UsualAnswer>(token, `${room(stream_id)}/usual?step=60s&names=online,gmv_paid_minor`, signal),
  keywords: (stream_id: string, range: Range, signal: AbortSignal) =>
    ask<KeywordsAnswer>(token, `${room(stream_id)}/keywords?${between(range)}`, signal),
  rundown: (stream_id: string, signal: AbortSignal) => ask<RundownAnswer>(token, `${room(stream_id)}/rundown`, signal),
  history: (item_id: string, signal: AbortSignal) =>
    ask<HistoryAnswer>(token, `/items/${encodeURIComponent(item_id)}/history?limit=20`, signal),
  putRundown: (stream_id: string, lines: readonly RundownLine[]) =>
    send<RundownAnswer>(token, `${room(stream_id)}/rundown`, json('PUT', { lines })),
  hostView: (stream_id: string, signal: AbortSignal) => ask<HostView>(token, `${room(stream_id)}/host-view`, signal),
  putHostView: (stream_id: string, view: HostView) =>
    send<HostView>(token, `${room(stream_id)}/host-view`, json('PUT', view)),
  /** Of all rooms, or of one as they stand there. */
  rules: (stream_id: string | null, signal: AbortSignal) =>
    ask<RulesAnswer>(token, `/rules${stream_id === null ? '' : `?stream_id=${encodeURIComponent(stream_id)}`}`, signal),
  putRule: (change: RuleChange) => send<RuleRow>(token, '/rules', json('PUT', change)),
  backtest: (request: BacktestRequest) => send<BacktestAnswer>(token, '/rules/backtest', json('POST', request)),
  silences: (signal: AbortSignal) => ask<SilencesAnswer>(token, '/silences', signal),
  addSilence: (request: SilenceRequest) => send<Silence>(token, '/silences', json('POST', request)),
  endSilence: (silence_id: string) =>
    send<unknown>(token, `/silences/${encodeURIComponent(silence_id)}`, { method: 'DELETE' }, (response) =>
      response.text(),
    ),
  channels: (signal: AbortSignal) => ask<ChannelsAnswer>(token, '/channels', signal),
  putChannel: (channel_id: string, request: ChannelRequest) =>
    send<Channel>(token, channel(channel_id), json('PUT', request)),
  removeChannel: (channel_id: string) => send<unknown>(token, channel(channel_id), { method: 'DELETE' }),
  testChannel: (channel_id: string) =>
    send<ChannelTestAnswer>(token, `${channel(channel_id)}/test`, { method: 'POST' }),
  forbiddenWords: (signal: AbortSignal) => ask<WordsAnswer>(token, '/words', signal),
  putForbiddenWords: (words: readonly string[]) => send<WordsAnswer>(token, '/words', json('PUT', { words })),
  actions: (stream_id: string, signal: AbortSignal) => ask<ActionsAnswer>(token, `${room(stream_id)}/actions`, signal),
  postAction: (stream_id: string, action: ActionRequest) =>
    send<ActionShown>(token, `${room(stream_id)}/actions`, json('POST', action)),
});
export type Rest = ReturnType<typeof restOf>;

/** What the curves are drawn from. */
export const CURVE_NAMES = 'online,enters,leaves,expected_leaves,viewer_seconds,danmaku,orders_paid,gmv_paid_minor';
