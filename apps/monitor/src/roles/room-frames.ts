import type { KeywordsAnswer } from '#contract';
import type { CueMark, Pane, Presentation, ReadEvent } from '#domain';
import type { LogLag } from '#ingest';
import type { LiveRoom } from '../ports.js';

/** What the owner of a partition tells gateways of it each second, rooms or none. */
export interface LaneFrame {
  v: 1;
  kind: 'lane';
  /** Of the owner: of two that speak, the one with the larger epoch is believed. */
  epoch: number;
  lag: LogLag;
}

/** How a room stands now, and what happened in it since its last frame. */
export interface RoomFrame {
  v: 1;
  kind: 'room';
  epoch: number;
  /** Without its panes: they travel by themselves. */
  room: LiveRoom;
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
  v: 1;
  kind: 'panes';
  epoch: number;
  stream_id: string;
  panes: readonly Pane[];
}

export type Frame = LaneFrame | RoomFrame | PanesFrame;

export const encodeFrame = (frame: Frame): Buffer => Buffer.from(JSON.stringify(frame));

/** Reads what {@link encodeFrame} wrote; `null` for what another version wrote: it is shown by those who know it. */
export const decodeFrame = (bytes: Buffer): Frame | null => {
  const frame = JSON.parse(bytes.toString()) as { v: number };
  return frame.v === 1 ? (frame as Frame) : null;
};
