import type { Feed, Severity } from '#domain';

/** How an alert of a rule lives: all in seconds of the rule's own clock. */
export interface LifeTiming {
  /** The condition must hold this long before it fires. */
  for_s: number;
  /** It resolves after this long below half of the condition. */
  resolve_after_s: number;
  /** After it resolved it stays quiet this long. */
  cool_down_s: number;
}

/** Settings of `dropoff_spike`; the score's threshold is calibration, not a setting. */
export interface DropoffSpikeRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  /** Silent this long after a presentation begins: a change of item always costs some viewers. */
  presentation_grace_s: number;
  /** Silent this long after the script cue `lottery_end`. */
  lottery_grace_s: number;
  /** Silent this long after the view feed came back from a break: what was held back arrives at once. */
  feed_grace_s: number;
  /** An excess below this is not worth a human's time: viewers, and share of the audience. */
  min_excess_viewers: number;
  min_excess_share: number;
}

/** Settings of `feed_silent`. */
export interface FeedSilentRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  /** Silence that counts, by feed, in seconds; `null`: the feed is sparse by nature and never counts. */
  silent_after_s: Record<Feed, number | null>;
  /** Silence must also exceed this many of the feed's usual gaps: a shop with an order every five minutes is not broken. */
  usual_gaps: number;
  /** Another feed goes on when it was heard within this time, in seconds. */
  going_on_s: number;
}

/** Settings of `data_stale`. */
export interface DataStaleRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  log_lag_s: number;
}

export interface DetectRules {
  dropoff_spike: DropoffSpikeRule;
  feed_silent: FeedSilentRule;
  data_stale: DataStaleRule;
}

/** The defaults of alerts.md. */
export const DEFAULT_RULES: DetectRules = {
  dropoff_spike: {
    enabled: true,
    severity: 'warning',
    for_s: 0,
    resolve_after_s: 20,
    cool_down_s: 60,
    warm_up_s: 180,
    presentation_grace_s: 10,
    lottery_grace_s: 20,
    feed_grace_s: 40,
    min_excess_viewers: 5,
    min_excess_share: 0.01,
  },
  feed_silent: {
    enabled: true,
    severity: 'warning',
    for_s: 0,
    resolve_after_s: 0,
    cool_down_s: 0,
    silent_after_s: { danmaku: 120, view: 60, order: 60, cue: null },
    usual_gaps: 8,
    going_on_s: 10,
  },
  data_stale: {
    enabled: true,
    severity: 'warning',
    for_s: 10,
    resolve_after_s: 10,
    cool_down_s: 0,
    log_lag_s: 10,
  },
};
