import type { AlertDecision, InputId } from '#domain';
import type { Detector, DetectorState } from '#detect';
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
}

export const emptyFlowState = (): FlowState => ({
  streams: new Map(),
  live: new Map(),
  detectors: new Map(),
  positions: new Map(),
  seen: new Map(),
});

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
