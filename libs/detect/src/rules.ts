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
  /** Where leaves are only inferred, silent in a burst of arrivals and this long after it: who of them leaves cannot be told. */
  burst_grace_s: number;
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

/** Settings of a rule on a count that rises far above the usual. */
export interface SurgeRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  /** So many times the usual is what it looks for. */
  ratio: number;
  /** Score to pass, in nats. */
  threshold: number;
  /** An excess below this is not worth a human's time. */
  min_excess: number;
  /** What has gone on for longer is no surge any more, in seconds. */
  surge_s_max: number;
  /** At least so many a second count as usual, however quiet the room was. */
  least_per_s: number;
}

/** Settings of a rule on outcomes that stay away. */
export interface ShortfallRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  /** Chances and outcomes are counted over this time. */
  window_s: number;
  /** The usual share is known from so many chances on. */
  min_chances: number;
  /** Fewer expected outcomes than these decide nothing. */
  min_expected: number;
  /** Outcomes at most this share of what is expected. */
  at_most: number;
  /** Score to pass, in nats, and the over-dispersion it is divided by. */
  threshold: number;
  dispersion: number;
}

/** Settings of `viewer_cliff`. */
export interface ViewerCliffRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  within_s: number;
  /** Viewers fewer than expected: at least so many, and this share of the room. */
  min_viewers: number;
  min_share: number;
}

/** Settings of `keyword_surge`. */
export interface KeywordSurgeRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  /** Fewer messages with it in the window are no surge. */
  min_messages: number;
  /** So many times the usual share of all messages. */
  ratio: number;
  /** At least this share counts as usual, however seldom it was heard. */
  least_share: number;
  /** Score to pass, in nats: of a question, and of a word, since rooms take up words for fun; and the over-dispersion it is divided by: one message brings the next. */
  threshold: number;
  word_threshold: number;
  dispersion: number;
  /** So many words and questions fire at a time. */
  firing_max: number;
}

/** Settings of `negative_mood`. */
export interface NegativeMoodRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  /** Messages with a mood, and complaints among them, that the window must hold. */
  min_messages: number;
  min_complaints: number;
  /** The share of complaints lies above the usual by at least this. */
  above: number;
  /** What is usual before the room has taught it: a share, worth so many messages. */
  prior_share: number;
  prior_messages: number;
  /** Score to pass, in nats, and the over-dispersion it is divided by. */
  threshold: number;
  dispersion: number;
}

/** Settings of `prohibited_words`; the list itself is one for all rooms. */
export interface ProhibitedWordsRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  /** Messages with the word in the window. */
  min_messages: number;
}

/** Settings of `gmv_behind_plan`. */
export interface GmvBehindPlanRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  /** How long the session is planned to be, in seconds: no event says so. */
  session_s: number;
  /** What is missing is at least this share of what is due. */
  behind_share: number;
}

/** Settings of `stockout_risk`. */
export interface StockoutRiskRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  /** The pace is that of the last so many seconds, and is known from so many units on. */
  window_s: number;
  min_units: number;
  /** How long presentations are, before one of this session has ended. */
  presentation_s: number;
  /** However long it has been on, a presentation is taken to go on for so long. */
  least_ahead_s: number;
}

/** Settings of `suspicious_traffic`. */
export interface SuspiciousTrafficRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  warm_up_s: number;
  window_s: number;
  /** A crowd: so many times the usual joins, and so many more. */
  ratio: number;
  min_joins: number;
  /** It leaves at most this share of the traces that so many usually bring. */
  at_most: number;
  /** Score of so few traces to pass, in nats, and the over-dispersion it is divided by. */
  threshold: number;
  dispersion: number;
  /** Orders paid by nobody present: so many, and this share of all. */
  min_orders: number;
  absent_share: number;
}

/** Settings of `move_on`. */
export interface MoveOnRule extends LifeTiming {
  enabled: boolean;
  severity: Severity;
  /** What the present item earns now is counted over this time, once it has been on for so long. */
  window_s: number;
  least_on_s: number;
  /** The opening of a presentation: what an item earns while it is new. Known from so many orders on. */
  opening_s: number;
  min_orders: number;
  /** It earns at most this share of the next one's, by so many standard deviations. */
  at_most: number;
  deviations: number;
}

export interface DetectRules {
  dropoff_spike: DropoffSpikeRule;
  conversion_drop: ShortfallRule;
  checkout_failure: ShortfallRule;
  gmv_behind_plan: GmvBehindPlanRule;
  viewer_surge: SurgeRule;
  viewer_cliff: ViewerCliffRule;
  danmaku_surge: SurgeRule;
  refund_surge: SurgeRule;
  stockout_risk: StockoutRiskRule;
  suspicious_traffic: SuspiciousTrafficRule;
  move_on: MoveOnRule;
  keyword_surge: KeywordSurgeRule;
  negative_mood: NegativeMoodRule;
  prohibited_words: ProhibitedWordsRule;
  feed_silent: FeedSilentRule;
  data_stale: DataStaleRule;
}

const SURGE = {
  enabled: true,
  for_s: 0,
  resolve_after_s: 20,
  cool_down_s: 120,
  warm_up_s: 180,
  ratio: 3,
  surge_s_max: 300,
} as const;
const SHORTFALL = {
  ...{ enabled: true, for_s: 0, resolve_after_s: 20, cool_down_s: 120, window_s: 60 },
  ...{ min_expected: 10, at_most: 0.25, threshold: 6, dispersion: 1.5 },
} as const;

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
    burst_grace_s: 60,
    min_excess_viewers: 5,
    min_excess_share: 0.01,
  },
  conversion_drop: { ...SHORTFALL, severity: 'warning', min_chances: 200 },
  checkout_failure: { ...SHORTFALL, severity: 'critical', min_chances: 30 },
  gmv_behind_plan: {
    ...{ enabled: true, severity: 'warning', for_s: 60, resolve_after_s: 60, cool_down_s: 1_800, warm_up_s: 900 },
    ...{ session_s: 14_400, behind_share: 0.3 },
  },
  stockout_risk: {
    ...{ enabled: true, severity: 'warning', for_s: 5, resolve_after_s: 20, cool_down_s: 120 },
    ...{ window_s: 60, min_units: 10, presentation_s: 240, least_ahead_s: 60 },
  },
  suspicious_traffic: {
    ...{ enabled: true, severity: 'warning', for_s: 5, resolve_after_s: 30, cool_down_s: 300, warm_up_s: 300 },
    ...{ window_s: 60, ratio: 2.5, min_joins: 60, at_most: 0.2, threshold: 6, dispersion: 3 },
    ...{ min_orders: 10, absent_share: 0.5 },
  },
  move_on: {
    ...{ enabled: true, severity: 'info', for_s: 20, resolve_after_s: 20, cool_down_s: 300 },
    ...{ window_s: 90, least_on_s: 120, opening_s: 120, min_orders: 10, at_most: 0.5, deviations: 2.5 },
  },
  viewer_surge: { ...SURGE, severity: 'info', threshold: 12, min_excess: 30, least_per_s: 0.5 },
  viewer_cliff: {
    ...{ enabled: true, severity: 'critical', for_s: 2, resolve_after_s: 20, cool_down_s: 120 },
    ...{ within_s: 30, min_viewers: 20, min_share: 0.2 },
  },
  danmaku_surge: { ...SURGE, for_s: 30, severity: 'info', threshold: 12, min_excess: 20, least_per_s: 0.2 },
  refund_surge: { ...SURGE, severity: 'warning', threshold: 9, min_excess: 5, least_per_s: 1 / 300 },
  keyword_surge: {
    ...{ enabled: true, severity: 'info', for_s: 0, resolve_after_s: 20, cool_down_s: 300, warm_up_s: 180 },
    ...{
      min_messages: 15,
      ratio: 4,
      least_share: 0.01,
      threshold: 10,
      word_threshold: 40,
      dispersion: 2,
      firing_max: 3,
    },
  },
  negative_mood: {
    ...{ enabled: true, severity: 'warning', for_s: 0, resolve_after_s: 20, cool_down_s: 120, warm_up_s: 180 },
    ...{ min_messages: 15, min_complaints: 10, above: 0.25, prior_share: 0.3, prior_messages: 20 },
    ...{ threshold: 5, dispersion: 1.5 },
  },
  prohibited_words: {
    ...{ enabled: true, severity: 'warning', for_s: 0, resolve_after_s: 20, cool_down_s: 60, min_messages: 1 },
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
