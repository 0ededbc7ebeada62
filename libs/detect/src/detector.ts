import { PANE_MS, type AlertDecision, type Moment, type RuleSet } from '#domain';
import { contextWith, type DetectContext } from './context.js';
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
  /** Rules as they were changed, in order; absent while they never were. */
  rule_sets?: RuleSet[];
}

/** Detects on one stream's final moments, in time order. The same moments give the same decisions, however they are sliced. */
export interface Detector {
  initial(): DetectorState;
  /** Moves `state` by one moment and sets `moment.pane.expected_leaves`; answers what was decided, most often nothing. */
  step(state: DetectorState, moment: Moment): AlertDecision[];
  /** The stream ended at `ended_at` (ms): what fires is resolved. */
  end(state: DetectorState, ended_at: number): AlertDecision[];
}

/** Notes that a stream is judged with other rules from now on; those it has already change nothing. */
export const changeRules = (state: DetectorState, set: RuleSet): void => {
  if (set.version !== rulesVersion(state)) state.rule_sets = [...(state.rule_sets ?? []), set];
};

/** The version of the rules that a stream has last been given; `null`: the defaults, untouched. */
export const rulesVersion = ({ rule_sets }: DetectorState): string | null => rule_sets?.at(-1)?.version ?? null;

/** One detector serves every stream that begins with the same context. */
export const createDetector = (base: DetectContext): Detector => {
  const scratch = dropoffScratch();
  const contexts = new WeakMap<RuleSet, DetectContext>();
  /** In force for a pane that ends at `end`: a function of its time alone, however the log is sliced. */
  const contextAt = ({ rule_sets }: DetectorState, end: number): DetectContext => {
    const set = rule_sets?.findLast(({ from }) => from < end);
    if (set === undefined) return base;
    const context = contexts.get(set) ?? contextWith(base, set);
    contexts.set(set, context);
    return context;
  };
  return {
    initial: () => ({ dropoff: emptyDropoff(base), room: emptyRoomRules() }),
    step(state, moment) {
      const context = contextAt(state, moment.pane.ts + PANE_MS);
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
