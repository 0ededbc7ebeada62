import type { Alert, AlertOutcome, OnAir, Pane, Presentation, WindowName } from '#domain';
import type { ReplayState } from './replay.js';
import type { DataState, PaneShown, StreamRow } from './rest.js';
import type { ActionRequest, ActionShown, HostAnswer } from './script.js';
import type { WordsMessage } from './words.js';

/** `live`, or `replay:<id>` for a stored session played back to one client. */
export type Mode = 'live' | `replay:${string}`;

interface Envelope {
  v: 1;
  stream_id: string;
  mode: Mode;
}

export type SocketError = 'unauthorized' | 'forbidden' | 'not_found' | 'invalid' | 'overloaded' | 'gone';
export type Answer<T extends object = object> = ({ ok: true } & T) | { ok: false; error: SocketError };

/** Metric name → value; `null` where the denominator is 0 or the figure is unknown. */
export type MetricValues = Record<string, number | null>;

export interface CueShown {
  event_id: string;
  ts: number;
  type: 'stream_started' | 'stream_ended' | 'item_presented' | 'item_withdrawn' | 'script_cue';
  item_id: string | null;
  title: string | null;
  label: string | null;
  variant: string | null;
  price_minor: number | null;
  stock: number | null;
}

export interface Snapshot {
  stream: StreamRow;
  /** The last 600, oldest first. */
  panes: PaneShown[];
  presentations: Presentation[];
  cues: CueShown[];
  /** All with `seq` above `since_seq`, in order of `seq`. */
  alerts: Alert[];
  /** The stream's newest alert `seq`. */
  seq: number;
}

/** Once a second a room; volatile. `windows` are merges of the panes before `as_of`. */
export interface MetricsMessage extends Envelope {
  as_of: number;
  panes: PaneShown[];
  windows: Record<WindowName, MetricValues>;
  item_on: OnAir | null;
  data: DataState;
}
export interface AlertMessage extends Envelope {
  alert: Alert;
}
export interface CueMessage extends Envelope {
  cue: CueShown;
}
export interface DanmakuMessage extends Envelope {
  /** A sample, redacted: at most a few a second. */
  messages: { ts: number; text: string }[];
}
export interface ActionMessage extends Envelope {
  action: ActionShown;
}
/** How many viewers a room had in all is not told: that is counted over all its visits, too much for every room each few seconds. */
export interface WallRow extends Omit<StreamRow, 'viewers'> {
  item_on: OnAir | null;
  /** The worst of the alerts that fire and that nobody took up, of equals the newest. */
  alert: Pick<Alert, 'alert_id' | 'rule' | 'severity' | 'started_at' | 'detected_at' | 'item_id'> | null;
  dropoff_ratio: number | null;
  need: number;
}
export interface WallMessage {
  v: 1;
  mode: Mode;
  rooms: WallRow[];
}

export interface ServerToClient {
  metrics: (message: MetricsMessage) => void;
  alert: (message: AlertMessage) => void;
  cue: (message: CueMessage) => void;
  danmaku: (message: DanmakuMessage) => void;
  wall: (message: WallMessage) => void;
  /** Every 5 s a room: what is said, counted. */
  words: (message: WordsMessage) => void;
  /** A producer's action, when it was noted and again when it is known what followed. */
  action: (message: ActionMessage) => void;
  /** The host's screen, once a second. */
  host: (message: HostAnswer) => void;
  /** Where a replay stands: once a second, and whenever it changes. */
  replay: (state: ReplayState) => void;
}

export interface CueRequest {
  type: 'item_presented' | 'item_withdrawn' | 'script_cue';
  item_id?: string;
  title?: string;
  price_minor?: number;
  stock?: number;
  label?: string;
  variant?: string;
}

export interface ClientToServer {
  subscribe: (
    request: { stream_id: string; since_seq?: number },
    answer: (reply: Answer<{ snapshot: Snapshot }>) => void,
  ) => void;
  subscribe_wall: (request: object, answer: (reply: Answer<{ rooms: WallRow[] }>) => void) => void;
  unsubscribe: (request: { stream_id?: string }, answer: (reply: Answer) => void) => void;
  /** Without `stream_id` the alert is looked for by its id. */
  ack_alert: (
    request: { stream_id?: string; alert_id: string; outcome?: AlertOutcome; note?: string },
    answer: (reply: Answer<{ alert: Alert }>) => void,
  ) => void;
  add_cue: (request: { stream_id: string } & CueRequest, answer: (reply: Answer<{ event_id: string }>) => void) => void;
  add_action: (
    request: { stream_id: string } & ActionRequest,
    answer: (reply: Answer<{ action: ActionShown }>) => void,
  ) => void;
  /** For a host's token, which may not `subscribe`; from then on `host` comes. */
  subscribe_host: (request: { stream_id: string }, answer: (reply: Answer<{ host: HostAnswer }>) => void) => void;
  /** Plays a stored session to this client through `metrics`, `alert`, `cue`, `danmaku`, `words`, all with its `mode`; `snapshot` is the room as it stood at `from`. */
  replay_start: (
    request: { stream_id: string; from?: number; speed: number },
    answer: (reply: Answer<{ replay: ReplayState; snapshot: Snapshot }>) => void,
  ) => void;
  /** Pauses, or goes on; `speed` changes its pace. */
  replay_pause: (
    request: { replay_id: string; paused: boolean; speed?: number },
    answer: (reply: Answer<{ replay: ReplayState }>) => void,
  ) => void;
  /** Jumps to `at` (event time, ms): answers as `replay_start` does. */
  replay_seek: (
    request: { replay_id: string; at: number },
    answer: (reply: Answer<{ replay: ReplayState; snapshot: Snapshot }>) => void,
  ) => void;
  replay_stop: (request: { replay_id: string }, answer: (reply: Answer) => void) => void;
}

export type { Pane, WindowName };
