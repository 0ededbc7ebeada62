import type { AlertDecision, InputId } from '#domain';
import type { Detector, DetectorState } from '#detect';
import type { RestPlace } from '#ingest';
import { emptyLiveWindows, type LiveWindows } from '#metric';
import type { StreamState, StreamStep } from '#window';

/** One room of the flow between two batches: what each step keeps of it. Plain data: a snapshot holds it whole. */
export interface RoomState {
  window: StreamState;
  live: LiveWindows;
  detector: DetectorState;
}

/** What one batch did to one room, through all steps. */
export interface RoomStep extends StreamStep {
  decisions: AlertDecision[];
}

/** The state of all rooms, kept by the step that owns it. */
export interface FlowState {
  streams: Map<string, StreamState>;
  live: Map<string, LiveWindows>;
  detectors: Map<string, DetectorState>;
  /** Records read so far by input: where reading goes on. */
  positions: Map<InputId, number>;
  /** By stream, how far the snapshot that was loaded had seen each input. */
  seen: Map<string, Map<InputId, number>>;
  /** Streams that rest where they cannot be had at once. */
  resting: Map<string, RestPlace>;
  /** Those of them that are found there no longer: whatever still comes of them is too late. */
  gone: Set<string>;
}

/** Where rooms rest that have ended: a record of one of them brings it back at once. */
export interface RestingRooms {
  load(stream_id: string): { state: RoomState } | null;
}

export const emptyFlowState = (resting: RestingRooms): FlowState => {
  const state: FlowState = {
    streams: new WakingStreams((stream_id) => wake(state, resting, stream_id)),
    live: new Map(),
    detectors: new Map(),
    positions: new Map(),
    seen: new Map(),
    resting: new Map(),
    gone: new Set(),
  };
  return state;
};

/** Streams in memory; asking for one that rests brings it back. */
class WakingStreams extends Map<string, StreamState> {
  constructor(private readonly wake: (stream_id: string) => StreamState | undefined) {
    super();
  }

  override get(stream_id: string): StreamState | undefined {
    return super.get(stream_id) ?? this.wake(stream_id);
  }
}

const wake = (state: FlowState, resting: RestingRooms, stream_id: string): StreamState | undefined => {
  const room = resting.load(stream_id)?.state;
  if (room !== undefined) putRoom(state, room);
  return room?.window;
};

export const putRoom = ({ streams, live, detectors }: FlowState, room: RoomState): void => {
  const { stream_id } = room.window;
  streams.set(stream_id, room.window);
  live.set(stream_id, room.live);
  detectors.set(stream_id, room.detector);
};

/** Takes a room out of memory. */
export const dropRoom = ({ streams, live, detectors }: FlowState, stream_id: string): void => {
  streams.delete(stream_id);
  live.delete(stream_id);
  detectors.delete(stream_id);
};

/** Windows of the stream's running span: one that was closed for being idle and goes on begins anew. */
export const liveOf = (state: FlowState, stream_id: string, spanFrom: number): LiveWindows => {
  const live = getOrSet(state.live, stream_id, emptyLiveWindows);
  if (live.first === null || live.end > spanFrom) return live;
  const fresh = emptyLiveWindows();
  state.live.set(stream_id, fresh);
  return fresh;
};

export const detectorOf = (state: FlowState, stream_id: string, detector: Detector): DetectorState =>
  getOrSet(state.detectors, stream_id, () => detector.initial());

const getOrSet = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
};
