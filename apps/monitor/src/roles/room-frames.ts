import { crc32 } from 'node:zlib';
import type { KeywordsAnswer, MetricValues } from '#contract';
import type { CueMark, Pane, Presentation, ReadEvent, WindowName } from '#domain';
import type { LogLag } from '#ingest';
import { WINDOW_METRIC_NAMES } from '#metric';
import type { LiveRoom } from '../ports.js';

/** What the owner of a partition tells gateways of it each second, rooms or none. */
export interface LaneFrame {
  kind: 'lane';
  /** Of the owner: of two that speak, the one with the larger epoch is believed. */
  epoch: number;
  lag: LogLag;
}

/** How a room stands now, and what happened in it since its last frame. */
export interface RoomFrame<Windows = LiveRoom['windows']> {
  kind: 'room';
  epoch: number;
  /** Without its panes: they travel by themselves. */
  room: Omit<LiveRoom, 'windows'> & { windows: Windows };
  /** Largest `ts` of the stream, ms: where an operator's cue falls in a recording. */
  largest_ts: number;
  /** How long nothing was heard of it, ms. */
  silent_ms: number;
  presentations: readonly Presentation[];
  cues: readonly CueMark[];
  /** All cues and some danmaku: as many as are shown. */
  read: readonly ReadEvent[];
  /** What was said in the last minute, every few seconds; `null` in between. */
  said: KeywordsAnswer | null;
}

/** Panes of a room that are new or changed. */
export interface PanesFrame {
  kind: 'panes';
  epoch: number;
  stream_id: string;
  panes: readonly Pane[];
}

export type Frame = LaneFrame | RoomFrame | PanesFrame;

/** Of the form of frames, and of the metrics that their values stand for. */
const VERSION = `2.${crc32(WINDOW_METRIC_NAMES.join()).toString(16)}`;

/** Most of a frame are figures, and most of figures their names: values travel alone, in the order of the catalogue. */
type Unnamed = Record<WindowName, readonly (number | null)[]>;

type OnTheWire = { v: string } & (LaneFrame | PanesFrame | RoomFrame<Unnamed>);

export const encodeFrame = (frame: Frame): Buffer => {
  const written = frame.kind === 'room' ? withWindows(frame, eachWindow(frame.room.windows, unnamed)) : frame;
  return Buffer.from(JSON.stringify({ v: VERSION, ...written } satisfies OnTheWire));
};

/** Reads what {@link encodeFrame} wrote; `null` for what another version wrote: it is shown by those who know it. */
export const decodeFrame = (bytes: Buffer): Frame | null => {
  const { v, ...frame } = JSON.parse(bytes.toString()) as OnTheWire;
  if (v !== VERSION) return null;
  return frame.kind === 'room' ? withWindows(frame, eachWindow(frame.room.windows, named)) : frame;
};

const withWindows = <Windows>(frame: RoomFrame<unknown>, windows: Windows): RoomFrame<Windows> => ({
  ...frame,
  room: { ...frame.room, windows },
});

const eachWindow = <From, To>(windows: Record<WindowName, From>, to: (window: From) => To): Record<WindowName, To> => ({
  '10s': to(windows['10s']),
  '60s': to(windows['60s']),
  '300s': to(windows['300s']),
});

const unnamed = (metrics: MetricValues): (number | null)[] => WINDOW_METRIC_NAMES.map((name) => metrics[name] ?? null);

const named = (values: readonly (number | null)[]): MetricValues =>
  Object.fromEntries(WINDOW_METRIC_NAMES.map((name, place) => [name, values[place] ?? null]));
