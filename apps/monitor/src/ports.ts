import type { EventsAnswer, KeywordsAnswer, MetricValues, WindowName, DataState, CueRequest } from '#contract';
import type {
  Alert,
  AlertOutcome,
  CueMark,
  OnAir,
  Pane,
  Presentation,
  ReadEvent,
  StreamStatus,
  ViewerKey,
} from '#domain';
import type { Observable } from 'rxjs';

/** Tokens to inject what has no class of its own: the ports below, and what the edge hands in. */
export const EVENT_INTAKE = Symbol('EventIntake');
export const ROOM_MEMORY = Symbol('RoomMemory');
export const LIVE_ROOMS = Symbol('LiveRooms');
export const ALERT_FEED = Symbol('AlertFeed');
export const ALERT_ACTS = Symbol('AlertActs');
export const READINESS = Symbol('Readiness');
export const CONFIG = Symbol('Config');
export const CLOCK = Symbol('Clock');
export const LOG = Symbol('Logger');
export const METERS = Symbol('Meters');
export const CHECK_TOKEN = Symbol('CheckToken');
export const UNDERSTANDING = Symbol('Understanding');

/** What came of a posted body. Nothing of an `overloaded` or `bad_body` one was taken. */
export type IntakeOutcome =
  | { kind: 'durable'; answer: EventsAnswer }
  | { kind: 'overloaded'; retry_after_s: number }
  /** The log could not be written: nothing was taken. */
  | { kind: 'not_durable'; detail: string }
  | { kind: 'bad_body'; detail: string }
  | { kind: 'too_large'; detail: string }
  /** The token does not cover the stream of at least one event. */
  | { kind: 'forbidden'; stream_id: string };

/** Where posted events enter: decoded, made durable, applied; only then answered. */
export interface EventIntake {
  post(
    body: Uint8Array,
    format: 'ndjson' | 'json_array',
    mayWrite: (stream_id: string) => boolean,
    origin: string,
  ): Promise<IntakeOutcome>;
  /** An operator's cue, through the log like any event; answers its `event_id`. */
  cue(stream_id: string, cue: CueRequest, by: string): Promise<string>;
  /** Closes streams whose input is finished, through the log. Unknown ids are ignored. */
  close(stream_ids: readonly string[]): Promise<void>;
}

/** What this process remembers of rooms, beside the store. */
export interface RoomMemory {
  /** Forgets a viewer of sessions that are over. */
  erase(viewer: ViewerKey, stream_ids: readonly string[]): Promise<void>;
}

/** What one room shows now: made once a batch from final panes, read by sockets once a second. */
export interface LiveRoom {
  stream_id: string;
  as_of: number;
  status: StreamStatus;
  /** The newest panes, oldest first, corrections applied: at least those the store may not hold yet; older ones are read from there. */
  panes: readonly Pane[];
  windows: Record<WindowName, MetricValues>;
  item_on: OnAir | null;
  online: number;
  quality: Pane['quality'];
  data: DataState;
}

/** A room's change since the last one: the panes that are new or changed. */
export interface RoomChange {
  stream_id: string;
  panes: readonly Pane[];
  presentations: readonly Presentation[];
  cues: readonly CueMark[];
}

export interface LiveRooms {
  get(stream_id: string): LiveRoom | undefined;
  ids(): Iterable<string>;
  /** What was said in the last minute of a live room, against what is usual there. */
  said(stream_id: string): KeywordsAnswer | undefined;
  /** Settles when all that rooms have shown so far can be read from the store. */
  stored(): Promise<void>;
  /** One emission per batch and room that changed. */
  readonly changes$: Observable<RoomChange>;
  /** The events of a batch as they were read, all rooms together. */
  readonly read$: Observable<readonly ReadEvent[]>;
}

/** Every change of every alert, in order, durable before it is told. */
export interface AlertFeed {
  /** Changes with `seq` above this, in order. The first is not the next one where older ones are gone. */
  since(stream_id: string, seq: number): Alert[];
  /** Each alert as it is now, newest change first. */
  latest(stream_id: string): Alert[];
  newestSeq(stream_id: string): number;
  /** The alerts of a stream that are not over, newest change first: at hand for whoever asks each second. */
  openOf(stream_id: string): Alert[];
  /** Every alert that is not over. */
  allOpen(): Iterable<Alert>;
  readonly changes$: Observable<Alert>;
}

/** A person's word on an alert; `unknown_alert`: this stream never had it. */
export type ActOutcome = { kind: 'done'; alert: Alert } | { kind: 'unknown_alert' };

/** What people do about alerts: durable before it is answered, told through the {@link AlertFeed}. Saying the same again changes nothing. */
export interface AlertActs {
  acknowledge(stream_id: string, alert_id: string, act: Acknowledgement): Promise<ActOutcome>;
  /** Over as of `as_of`: event time, ms, the stream's watermark. */
  resolve(stream_id: string, alert_id: string, by: string, as_of: number): Promise<ActOutcome>;
}

export interface Acknowledgement {
  by: string;
  outcome: AlertOutcome | null;
  note: string | null;
}

/** Is the program alive and fit to serve? Reasons name what is wrong and where. */
export interface Readiness {
  check(): Promise<{ ready: boolean; reasons: string[] }>;
}
