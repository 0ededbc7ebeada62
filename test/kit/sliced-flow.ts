import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, type AlertDecision, type LogRecord, type RecordBatch } from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import type { StoreWriter } from '#store';
import { livePipeline } from '../../apps/monitor/src/flow/live-pipeline.js';
import { emptyFlowState, type FlowState } from '../../apps/monitor/src/flow/room-state.js';

const nowhere = {
  ...{ writeEvents: () => undefined, writePanes: () => undefined, writeVisits: () => undefined },
  ...{ writePresentations: () => undefined, writeStreams: () => undefined },
} satisfies Partial<StoreWriter> as Partial<StoreWriter> as StoreWriter;

/** Reads a log through the flow in batches of `size`, with a snapshot taken up between any two: what it decides, and where it stands. */
export const alertsOf = (
  records: readonly LogRecord[],
  size: number,
): { alerts: AlertDecision[]; state: FlowState } => {
  const alerts: AlertDecision[] = [];
  let state = emptyFlowState({ load: () => null });
  for (let at = 0; at < records.length; at += size) {
    const batches$ = new Subject<RecordBatch>();
    livePipeline(batches$, {
      state,
      window: { settings: DEFAULT_EVENT_TIME, rates: {} },
      detector: createDetector(DEFAULT_CONTEXT),
      writer: nowhere,
    }).subscribe(({ streams }) => alerts.push(...streams.flatMap(({ decisions }) => decisions)));
    batches$.next({ records: records.slice(at, at + size) });
    state = copyOf(state);
  }
  return { alerts, state };
};

/** A state as whoever takes it up from a snapshot has it. */
export const copyOf = (state: FlowState): FlowState => {
  const copy = emptyFlowState({ load: () => null });
  for (const part of ['streams', 'live', 'detectors', 'positions'] as const)
    for (const [key, value] of structuredClone(new Map<string, unknown>(state[part])))
      copy[part].set(key, value as never);
  return copy;
};
