import type { OnAir } from './session.js';
import type { Pane } from './pane.js';
import type { Said } from './said.js';
import type { RuleOverrides } from './rule.js';
import type { DistinctCounts, WindowName } from './totals.js';

/** A script mark or a change of item, as the detector needs it. */
export interface CueMark {
  ts: number;
  label: string;
}

/** A final pane with what was on at that moment: what a detector steps on, one stream's moments in time order. */
export interface Moment {
  pane: Pane;
  on_air: OnAir | null;
  /** Script cues (`script_cue` labels) whose `ts` lies in the pane, in order. */
  cues: CueMark[];
  /** Units that the feed last said are left of the item that is on, and when it did, ms; absent where it never did. */
  stock?: { units: number; ts: number };
  /** What the session is planned to earn, minor units, and when it began, ms; absent where nobody planned. */
  plan?: { gmv_minor: number; from: number };
  /** What was said in the pane; absent where nothing was, or nobody listens. */
  said?: Said;
  /** Paid lines of earlier panes that came late and were counted in this one's time, in order; absent where none did. */
  late_paid?: LatePaid[];
  /** Distinct viewers of the windows that end with the pane; only in a share, whose owner adds them up. */
  distinct?: Record<WindowName, DistinctCounts>;
}

/** A paid line that came late: the pane it counts in (ms), and what it counts for there. */
export interface LatePaid {
  ts: number;
  item_id: string;
  /** The first line of its order: the order is counted with it. */
  of_order: boolean;
  units: number;
  /** Minor units of the stream's currency; 0 where it could not be converted. */
  gmv_minor: number;
}

/** Rules that a stream is judged with: panes that end after `from` (event time, ms), until the next such set. */
export interface RuleSet {
  from: number;
  version: string;
  overrides: RuleOverrides;
}
