import type {
  ActionShown,
  CueShown,
  DanmakuMessage,
  DataState,
  KeywordsAnswer,
  MetricsMessage,
  MetricValues,
  Snapshot,
  StreamRow,
  WindowName,
} from '#contract';
import { PANE_MS, type Alert, type OnAir, type Presentation } from '#domain';
import type { CurvePoint } from './curves.js';

/** How far back from the newest pane the live curves reach. By time, not by count: curves draw the seconds between panes too. */
export const LIVE_MS = 600_000;

/** Danmaku kept of the sample: what fits beside the curves. */
const DANMAKU_KEPT = 30;
export type DanmakuShown = DanmakuMessage['messages'][number];

/** All that the page knows of one room. Times in it are event time, ms, but `heard_at`, which is this browser's clock. */
export interface RoomState {
  readonly stream: StreamRow | null;
  /** Oldest first, one per `ts`, of the last {@link LIVE_MS}. A second that is missing had no events or was skipped. */
  readonly panes: readonly CurvePoint[];
  /** Oldest first. */
  readonly presentations: readonly Presentation[];
  readonly cues: readonly CueShown[];
  /** A sample of what is said, newest last. */
  readonly danmaku: readonly DanmakuShown[];
  /** What is said in the last minute, counted; `null` before it is known. */
  readonly said: KeywordsAnswer | null;
  /** What was changed on air, oldest first. */
  readonly actions: readonly ActionShown[];
  /** The newest state of each alert, newest first. */
  readonly alerts: readonly Alert[];
  /** Every alert change up to here is known; what comes after is asked for by it. */
  readonly seq: number;
  /** An alert change between `seq` and one that arrived is missing: ask again from `seq`. */
  readonly alert_missing: boolean;
  readonly windows: Record<WindowName, MetricValues> | null;
  readonly item_on: OnAir | null;
  readonly data: DataState | null;
  readonly heard_at: number | null;
}

export type RoomNews =
  | { kind: 'snapshot'; snapshot: Snapshot; heard_at: number }
  /** Another moment of a replay: nothing of what was heard before it stands. */
  | { kind: 'anew'; snapshot: Snapshot; heard_at: number }
  | { kind: 'metrics'; message: MetricsMessage; heard_at: number }
  | { kind: 'panes'; panes: readonly CurvePoint[] }
  | { kind: 'presentations'; presentations: readonly Presentation[] }
  | { kind: 'stream'; stream: StreamRow }
  | { kind: 'alert'; alert: Alert }
  | { kind: 'cue'; cue: CueShown }
  | { kind: 'danmaku'; messages: readonly DanmakuShown[] }
  | { kind: 'said'; said: KeywordsAnswer }
  | { kind: 'actions'; actions: readonly ActionShown[] };

export const UNHEARD_ROOM: RoomState = {
  stream: null,
  panes: [],
  presentations: [],
  cues: [],
  danmaku: [],
  said: null,
  actions: [],
  alerts: [],
  seq: 0,
  alert_missing: false,
  windows: null,
  item_on: null,
  data: null,
  heard_at: null,
};

/** What is known after a piece of news. Told twice or in another order, the same news leads to the same state. */
export const hearRoom = (state: RoomState, news: RoomNews): RoomState => {
  switch (news.kind) {
    case 'snapshot':
      return hearSnapshot(state, news.snapshot, news.heard_at);
    case 'anew':
      return hearSnapshot(UNHEARD_ROOM, news.snapshot, news.heard_at);
    case 'metrics':
      return hearMetrics(state, news.message, news.heard_at);
    case 'panes':
      return { ...state, panes: withPanes(state.panes, news.panes) };
    case 'presentations':
      return { ...state, presentations: news.presentations };
    case 'stream':
      return { ...state, stream: news.stream, data: newerData(state.data, news.stream.data) };
    case 'alert':
      return hearAlert(state, news.alert);
    case 'cue':
      return { ...state, cues: withCues(state.cues, [news.cue]) };
    case 'danmaku':
      return { ...state, danmaku: [...state.danmaku, ...news.messages].slice(-DANMAKU_KEPT) };
    case 'said':
      return { ...state, said: news.said };
    case 'actions':
      return { ...state, actions: withActions(state.actions, news.actions) };
  }
};

/** A snapshot is whole but for the alerts, which are those after the `since_seq` that was asked for. */
const hearSnapshot = (state: RoomState, snapshot: Snapshot, heard_at: number): RoomState => {
  const { stream, panes, presentations, cues, alerts, seq } = snapshot;
  const on = stream.status === 'live' ? presentations.findLast(({ to }) => to === null) : undefined;
  return {
    ...state,
    stream,
    panes: withPanes([], panes),
    presentations,
    cues: withCues([], cues),
    alerts: withAlerts(state.alerts, alerts),
    seq: Math.max(state.seq, seq),
    alert_missing: false,
    item_on: on === undefined ? null : onAir(on),
    data: newerData(state.data, stream.data),
    heard_at,
  };
};

const hearMetrics = (state: RoomState, message: MetricsMessage, heard_at: number): RoomState => {
  // The last figures of a session that is over name the item that was on at its end.
  const item_on = state.stream?.status === 'ended' ? null : message.item_on;
  return {
    ...state,
    panes: withPanes(state.panes, message.panes),
    windows: message.windows,
    item_on,
    presentations: withItemOn(state.presentations, { ...message, item_on }),
    data: message.data,
    heard_at,
  };
};

const hearAlert = (state: RoomState, alert: Alert): RoomState => ({
  ...state,
  alerts: withAlerts(state.alerts, [alert]),
  seq: alert.seq === state.seq + 1 ? alert.seq : state.seq,
  alert_missing: state.alert_missing || alert.seq > state.seq + 1,
});

const newerData = (known: DataState | null, heard: DataState): DataState =>
  known !== null && known.as_of > heard.as_of ? known : heard;

/** Later panes of a `ts` replace earlier ones whole: a correction is a new version of the same row. */
const withPanes = (known: readonly CurvePoint[], heard: readonly CurvePoint[]): readonly CurvePoint[] => {
  if (heard.length === 0) return known;
  const byTs = new Map(known.map((pane) => [pane.ts, pane]));
  for (const pane of heard) byTs.set(pane.ts, pane);
  const panes = [...byTs.values()].sort((a, b) => a.ts - b.ts);
  const newest = panes.at(-1)!.ts;
  return panes.filter(({ ts }) => ts > newest - LIVE_MS);
};

/** The change of an alert with the larger `seq` is its newest state, in whatever order they come. */
const withAlerts = (known: readonly Alert[], heard: readonly Alert[]): readonly Alert[] => {
  const byId = new Map(known.map((alert) => [alert.alert_id, alert]));
  for (const alert of heard) if ((byId.get(alert.alert_id)?.seq ?? 0) < alert.seq) byId.set(alert.alert_id, alert);
  return [...byId.values()].sort((a, b) => b.detected_at - a.detected_at || b.seq - a.seq);
};

const withCues = (known: readonly CueShown[], heard: readonly CueShown[]): readonly CueShown[] => {
  const byId = new Map([...known, ...heard].map((cue) => [cue.event_id, cue]));
  return [...byId.values()].sort((a, b) => a.ts - b.ts);
};

/** An action is told again when it is known what followed; what followed is never forgotten for a message that is late. */
const withActions = (known: readonly ActionShown[], heard: readonly ActionShown[]): readonly ActionShown[] => {
  const byId = new Map(known.map((action) => [action.action_id, action]));
  for (const action of heard)
    if (action.followed !== null || (byId.get(action.action_id)?.followed ?? null) === null)
      byId.set(action.action_id, action);
  return [...byId.values()].sort((a, b) => a.ts - b.ts);
};

/** Keeps the band true between two readings of the presentations: what is on now is open, what was on ends where it began. */
const withItemOn = (
  known: readonly Presentation[],
  { stream_id, as_of, item_on }: MetricsMessage,
): readonly Presentation[] => {
  const open = known.findLast(({ to }) => to === null);
  if (open?.presentation_id === item_on?.presentation_id) return known;
  const ended = known.map((one) => (one.to === null ? { ...one, to: item_on?.from ?? as_of } : one));
  if (item_on === null) return ended;
  const { presentation_id, item_id, title, from } = item_on;
  const next = {
    presentation_id,
    stream_id,
    item_id,
    title,
    from,
    to: null,
    price_minor: null,
    stock: null,
    withdrawn: false,
    revision: 0,
  };
  return [...ended.filter((one) => one.presentation_id !== presentation_id), next];
};

const onAir = ({ item_id, presentation_id, title, from }: Presentation): OnAir => ({
  item_id,
  presentation_id,
  title,
  from,
});

/** Seconds `[from, to)` between the panes known and those of a message that is about to be heard, as far back as is kept; `null`: none is missing. */
export const skippedBefore = (state: RoomState, heard: readonly CurvePoint[]): { from: number; to: number } | null => {
  const last = state.panes.at(-1)?.ts;
  const next = heard.find(({ ts }) => last !== undefined && ts > last)?.ts;
  if (last === undefined || next === undefined || next <= last + PANE_MS) return null;
  return { from: Math.max(last, next - LIVE_MS) + PANE_MS, to: next };
};

/** Firing first and worst first, then the newest: the one that `a` acknowledges leads. */
export const byNeed = (alerts: readonly Alert[]): readonly Alert[] => {
  const rank = (alert: Alert): number =>
    alert.status !== 'firing' ? 0 : { info: 1, warning: 2, critical: 3 }[alert.severity];
  return [...alerts].sort((a, b) => rank(b) - rank(a) || b.detected_at - a.detected_at);
};
