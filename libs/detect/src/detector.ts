import type { AlertDecision, Moment } from '#domain';
import type { DetectContext } from './context.js';
import {
  dropoffFires,
  dropoffScratch,
  emptyDropoff,
  endDropoff,
  exitsExplained,
  feedBroken,
  stepDropoff,
  type DropoffState,
} from './dropoff-spike.js';
import { isGiveawayOn } from './surroundings.js';
import { emptyRoomRules, endRoomRules, stepRoomRules, type RoomRules } from './room-rules.js';

/** What detection knows of one stream: plain data, to be kept in snapshots. */
export interface DetectorState {
  dropoff: DropoffState;
  room: RoomRules;
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
    initial: () => ({ dropoff: emptyDropoff(context), room: emptyRoomRules() }),
    step(state, moment) {
      const decided: AlertDecision[] = [];
      stepDropoff(state.dropoff, moment, context, scratch, decided);
      const { ts } = moment.pane;
      const seen = {
        feed_broken: feedBroken(state.dropoff, ts, context),
        giveaway_on: isGiveawayOn(state.dropoff.surroundings, ts),
        exits_explained: exitsExplained(state.dropoff, ts, context),
        dropoff_fires: dropoffFires(state.dropoff),
      };
      stepRoomRules(state.room, moment, seen, context, decided);
      return decided;
    },
    end(state, ended_at) {
      const decided: AlertDecision[] = [];
      endDropoff(state.dropoff, ended_at, decided);
      endRoomRules(state.room, ended_at, decided);
      return decided;
    },
  };
};
