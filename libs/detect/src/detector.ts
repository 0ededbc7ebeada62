import type { AlertDecision, Moment } from '#domain';
import type { DetectContext } from './context.js';
import { dropoffScratch, emptyDropoff, endDropoff, stepDropoff, type DropoffState } from './dropoff-spike.js';

/** What detection knows of one stream: plain data, to be kept in snapshots. */
export interface DetectorState {
  dropoff: DropoffState;
}

/** Detects on one stream's final moments, in time order. The same moments give the same decisions, however they are sliced. */
export interface Detector {
  initial(): DetectorState;
  /** Moves `state` by one moment and sets `moment.pane.expected_leaves`; answers what was decided, most often nothing. */
  step(state: DetectorState, moment: Moment): AlertDecision[];
  /** The stream ended at `ended_at` (ms): what fires is resolved. */
  end(state: DetectorState, ended_at: number): AlertDecision[];
}

/** One detector serves every stream with the same context. */
export const createDetector = (context: DetectContext): Detector => {
  const scratch = dropoffScratch();
  return {
    initial: () => ({ dropoff: emptyDropoff(context) }),
    step(state, moment) {
      const decided: AlertDecision[] = [];
      stepDropoff(state.dropoff, moment, context, scratch, decided);
      return decided;
    },
    end(state, ended_at) {
      const decided: AlertDecision[] = [];
      endDropoff(state.dropoff, ended_at, decided);
      return decided;
    },
  };
};
