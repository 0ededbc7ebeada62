import type { StreamRow, WallRow } from '#contract';

/** Points of `online` kept for a room's sparkline: ten minutes at one point in five seconds. */
const SPARK_POINTS = 120;
const SPARK_STEP_MS = 5_000;

export interface SparkPoint {
  ts: number;
  online: number | null;
}

export interface WallState {
  /** Ordered by need, as the server sent them; `null` before the first word. */
  readonly rooms: readonly WallRow[] | null;
  /** The wall told it; read from the list, which alert fires is not known. */
  readonly is_told: boolean;
  readonly sparks: ReadonlyMap<string, readonly SparkPoint[]>;
  /** This browser's clock, ms. */
  readonly heard_at: number | null;
}

export const UNHEARD_WALL: WallState = { rooms: null, is_told: false, sparks: new Map(), heard_at: null };

export type WallNews =
  | { kind: 'rooms'; rooms: readonly WallRow[]; is_told: boolean; heard_at: number }
  /** What was before the page was opened, oldest first. */
  | { kind: 'spark'; stream_id: string; points: readonly SparkPoint[] };

export const hearWall = (state: WallState, news: WallNews): WallState => {
  if (news.kind === 'spark') {
    const own = state.sparks.get(news.stream_id) ?? [];
    const first = own[0]?.ts ?? Infinity;
    const points = [...news.points.filter(({ ts }) => ts < first), ...own].slice(-SPARK_POINTS);
    return { ...state, sparks: new Map(state.sparks).set(news.stream_id, points) };
  }
  const sparks = new Map(
    news.rooms.map((room) => [room.stream_id, withPoint(state.sparks.get(room.stream_id) ?? [], room)]),
  );
  return { rooms: news.rooms, is_told: news.is_told, sparks, heard_at: news.heard_at };
};

const withPoint = (points: readonly SparkPoint[], { online, data }: WallRow): readonly SparkPoint[] => {
  const last = points.at(-1);
  if (last !== undefined && data.as_of - last.ts < SPARK_STEP_MS) return points;
  return [...points, { ts: data.as_of, online }].slice(-SPARK_POINTS);
};

/** A wall row of what `GET /streams` knows, for when the socket is silent: what only the wall tells is unknown. */
export const wallRowOf = (stream: StreamRow): WallRow => ({
  ...stream,
  item_on: null,
  alert: null,
  dropoff_ratio: null,
  need: stream.alerts_firing,
});
