import {
  type EventTimeSettings,
  type FxRates,
  type Heard,
  type InputId,
  type Moment,
  type Pane,
  type Presentation,
  type RuleSet,
  type Visit,
} from '#domain';

/** What stays the same while the flow runs. */
export interface WindowContext {
  settings: EventTimeSettings;
  rates: FxRates;
  /** Where the revisions of a new stream begin: its owner's epoch · 2^40, 0 where nobody else may own it. */
  revision_from?: number;
  /** Understands a message; absent: what is said is counted, not heard. */
  hear?: (text: string) => Heard;
  /** Inputs of the lane that a share is awaited on: each from its beginning on, or one that is read first would run ahead. */
  shareInputs?: readonly InputId[];
  /** The lanes that a stream is spread over, or `null`; absent: no stream is. */
  lanesOf?: (stream_id: string) => readonly string[] | null;
}

/** What folding panes of one stream gives, beside the state it leaves. */
export interface Folded {
  /** Panes that became final, in time order. */
  moments: Moment[];
  /** Final panes that changed since, by index; each holds a row of a larger revision. */
  corrected: Map<number, Pane>;
  visits: Visit[];
  /** Slots whose visit began: told as open unless it closed meanwhile. */
  begun: number[];
  /** Rules that hold from somewhere in the batch on, in order. */
  rule_sets: RuleSet[];
  /** Rows of presentations that are new or cut otherwise. */
  presentations: Presentation[];
}

export const emptyFolded = (): Folded => ({
  moments: [],
  corrected: new Map(),
  visits: [],
  begun: [],
  rule_sets: [],
  presentations: [],
});
