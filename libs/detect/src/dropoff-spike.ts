import { PANE_MS, TENURE_BANDS, type AlertDecision, type Moment, type OnAir, type Pane } from '#domain';
import { alertId } from './alert-id.js';
import { assumeLeaves, assumeStrata, emptyAssumedTenure, type AssumedTenure } from './assumed-tenure.js';
import { thresholdFor, type Calibration, type ViewFeed } from './calibration.js';
import type { DetectContext } from './context.js';
import { emptyChart, restart, stepChart, type Chart } from './chart.js';
import { dispersionOf, dropBlock, emptyDispersion, measureDispersion, type Dispersion } from './dispersion.js';
import { dropoffEvidence } from './dropoff-evidence.js';
import {
  emptyBaseline,
  emptyExpectation,
  expectLeaves,
  learn,
  type Baseline,
  type Expectation,
} from './expectation.js';
import { burstShares, emptyJoinBursts, isAfterBurst, stepJoinBursts, type JoinBursts } from './join-burst.js';
import { endLife, QUIET, stepLife, type Condition, type Life } from './life.js';
import {
  calmLevel,
  calmProbability,
  emptyRestlessness,
  observeLeaves,
  passSecond,
  suspicionOf,
  takeAsCalm,
  type Restlessness,
} from './restlessness.js';
import { emptyStrata, readStrata, STRATA, UNNAMED, type StrataCounts } from './strata.js';
import { emptySurroundings, isGiveawayOn, stepSurroundings, type Surroundings } from './surroundings.js';
import { emptyPulse, isBroken, stepPulse, type ViewPulse } from './view-pulse.js';

/** A stretch without panes longer than this starts the warm-up again: the audience is another one. */
const GAP_MS_MAX = 60_000;
/** Half of the excess from time-outs, where they are not usual, means that signs of life were lost, not viewers. */
const TIMEOUT_SHARE_MAX = 0.5;
const TIMEOUT_SHARE_HALF_LIFE_S = 600;
/** From this probability on a pane tells what noise is usual. */
const SURELY_CALM = 0.9;

/** What `dropoff_spike` knows of one stream; plain data. */
export interface DropoffState {
  /** Start of the first pane since the warm-up began, ms. */
  warm_from: number | null;
  last_ts: number | null;
  presentation_id: string | null;
  baseline: Baseline;
  dispersion: Dispersion;
  restlessness: Restlessness;
  chart: Chart;
  /** Start of the pane in which the present suspicion began, ms. */
  suspected_since: number | null;
  /** Usual share of time-outs among leaves. */
  timeout_share: number;
  pulse: ViewPulse;
  surroundings: Surroundings;
  bursts: JoinBursts;
  /** Where leaves are only inferred; `null` where they are counted. */
  assumed: AssumedTenure | null;
  /** By item ("" where none is on); quiet ones are not kept. */
  lives: Map<string, Life>;
}

export const emptyDropoff = ({ calibration }: DetectContext): DropoffState => ({
  warm_from: null,
  last_ts: null,
  presentation_id: null,
  baseline: emptyBaseline(),
  dispersion: emptyDispersion(),
  restlessness: emptyRestlessness(calibration),
  chart: emptyChart(),
  suspected_since: null,
  timeout_share: 0,
  pulse: emptyPulse(),
  surroundings: emptySurroundings(),
  bursts: emptyJoinBursts(),
  assumed: null,
  lives: new Map(),
});

/** Why the rule has nothing to say about a pane. */
type Silence = 'warm_up' | 'presentation_start' | 'lottery_end' | 'closing' | 'feed_broken' | 'traffic_burst';

/** Room to work in, used anew for every pane: no part of the state. */
export interface DropoffScratch {
  counts: StrataCounts;
  expectation: Expectation;
}
export const dropoffScratch = (): DropoffScratch => ({ counts: emptyStrata(), expectation: emptyExpectation() });

/**
 * One moment through the rule: expects, tests, learns, in this order, so that no pane is judged by what it taught.
 * Sets `pane.expected_leaves`, except while it warms up and where nothing is known of who comes; what changed is pushed to `decided`.
 */
export const stepDropoff = (
  state: DropoffState,
  moment: Moment,
  context: DetectContext,
  { counts, expectation }: DropoffScratch,
  decided: AlertDecision[],
): void => {
  const { pane } = moment;
  const { calibration } = context;
  // The other rules read these: a giveaway or the closing is no news, also where leaves are not counted.
  stepSurroundings(state.surroundings, moment);
  if (pane.quality === 'reported') return;
  const { restlessness, chart } = state;
  const seconds = arrive(state, moment);
  const silence = silenceAt(state, moment, context);
  for (let s = 0; s < Math.min(seconds, GAP_MS_MAX / 1000); s++)
    passSecond(restlessness, silence !== null, calibration);
  const told_s = readLeaves(state, pane, counts);
  burstShares(state.bursts, counts.burst, UNNAMED);
  expectLeaves(state.baseline, counts, calmLevel(restlessness), calibration, expectation);
  if (state.assumed !== null) assumeLeaves(state.assumed, counts, expectation);
  if (silence !== 'warm_up') pane.expected_leaves = expectation.total;

  const teaches =
    (silence === null || silence === 'warm_up') && !isGiveawayOn(state.surroundings, pane.ts) && told_s > 0;
  if (told_s > 1) overSeconds(counts, expectation, told_s);
  const dispersion = dispersionOf(state.dispersion, expectation.total, calibration);
  const { leaves, expected } = trustedLeaves(counts, expectation, calibration);
  if (teaches) observeLeaves(restlessness, leaves, expected / expectation.level, dispersion, calibration);
  const since = pane.ts - Math.max(0, told_s - 1) * PANE_MS;
  if (silence !== null) restart(chart);
  else if (told_s > 0)
    stepChart(
      chart,
      { since, seconds: told_s, timeouts: pane.timeouts, counts, expectation, leaves, expected, dispersion },
      calibration,
    );

  const score = silence === null ? suspicionOf(restlessness, calibration) : 0;
  const threshold = thresholdFor(calibration.thresholds[feedOf(state, counts)], counts.at_risk_total);
  decide(state, moment, { score, threshold, dispersion }, context, decided);
  suspect(state, pane.ts, score >= threshold / 2, calibration);
  if (teaches) learnFrom(state, moment, silence, seconds, calibration, counts, expectation);
  else dropBlock(state.dispersion);
};

/**
 * Leaves by stratum as they were counted, or as they must have been where only arrivals and the number online are told.
 * Answers of how many seconds, up to this one, the pane tells; 0 where it tells nothing.
 */
const readLeaves = (state: DropoffState, pane: Pane, counts: StrataCounts): number => {
  if (pane.quality === 'final') {
    state.assumed = null;
    readStrata(pane, counts);
    return 1;
  }
  return assumeStrata((state.assumed ??= emptyAssumedTenure(pane)), pane, counts);
};

/** What is told at once of several seconds is held against what is expected of them all. */
const overSeconds = (counts: StrataCounts, expectation: Expectation, seconds: number): void => {
  for (let k = 0; k < STRATA; k++) {
    counts.at_risk[k]! *= seconds;
    expectation.by_stratum[k]! *= seconds;
  }
  expectation.total *= seconds;
  expectation.standard_error *= seconds;
};

/** Leaves and their expectation, those who came in a burst counted for less: how they leave is known least. */
const trustedLeaves = (
  counts: StrataCounts,
  { total, by_stratum }: Expectation,
  { burst_distrust }: Calibration,
): { leaves: number; expected: number } => {
  let leaves = counts.leaves_total;
  let expected = total;
  for (let k = UNNAMED; k < UNNAMED + TENURE_BANDS; k++) {
    const distrust = burst_distrust * counts.burst[k]!;
    leaves -= distrust * counts.leaves[k]!;
    expected -= distrust * by_stratum[k]!;
  }
  return { leaves, expected };
};

/** Sources count as named where most of those present came from a named one. */
const feedOf = ({ assumed }: DropoffState, { at_risk }: StrataCounts): ViewFeed => {
  if (assumed !== null) return 'inferred';
  let named = 0;
  let unnamed = 0;
  for (let k = 0; k < STRATA; k++) {
    if (k < UNNAMED || k >= UNNAMED + TENURE_BANDS) named += at_risk[k]!;
    else unnamed += at_risk[k]!;
  }
  return unnamed > named ? 'unnamed' : 'named';
};

/** The stream's end resolves what fires. */
export const endDropoff = (state: DropoffState, ended_at: number, decided: AlertDecision[]): void => {
  for (const life of state.lives.values()) endLife(life, ended_at, decided);
  state.lives.clear();
  restart(state.chart);
  state.suspected_since = null;
};

/** Is the view feed broken in the pane at `ts`, or hardly back? */
export const feedBroken = ({ pulse }: DropoffState, ts: number, { rules }: DetectContext): boolean =>
  isBroken(pulse, ts, rules.dropoff_spike.feed_grace_s);

/** Are viewers who go at `ts` no news: a giveaway has just ended, or the show is closing? */
export const exitsExplained = ({ surroundings }: DropoffState, ts: number, { rules }: DetectContext): boolean =>
  surroundings.closing || isAfterLottery(surroundings, ts, rules.dropoff_spike.lottery_grace_s);

/** Does the rule fire for any item? */
export const dropoffFires = ({ lives }: DropoffState): boolean =>
  lives.size > 0 && [...lives.values()].some(({ phase }) => phase === 'firing');

const isAfterLottery = ({ lottery_ended_at }: Surroundings, ts: number, graceS: number): boolean =>
  lottery_ended_at !== null && ts - lottery_ended_at < graceS * 1000;

/** Takes note of the moment; answers the seconds since the one before. */
const arrive = (state: DropoffState, moment: Moment): number => {
  const { pane, on_air } = moment;
  const gap = state.last_ts === null ? PANE_MS : pane.ts - state.last_ts;
  if (state.warm_from === null || gap > GAP_MS_MAX) state.warm_from = pane.ts;
  state.last_ts = pane.ts;
  const presentation = on_air?.presentation_id ?? null;
  if (presentation !== state.presentation_id) restart(state.chart);
  state.presentation_id = presentation;
  stepPulse(state.pulse, pane);
  const told = pane.quality === 'final' ? (pane.by_source.other?.enters ?? 0) : pane.enters;
  stepJoinBursts(state.bursts, pane.ts, told);
  return gap / 1000;
};

const silenceAt = (
  { warm_from, surroundings, pulse, bursts }: DropoffState,
  { pane, on_air }: Moment,
  { rules: { dropoff_spike: rule } }: DetectContext,
): Silence | null => {
  if (warm_from === null || pane.ts - warm_from < rule.warm_up_s * 1000) return 'warm_up';
  if (surroundings.closing) return 'closing';
  if (isBroken(pulse, pane.ts, rule.feed_grace_s)) return 'feed_broken';
  if (isAfterLottery(surroundings, pane.ts, rule.lottery_grace_s)) return 'lottery_end';
  if (pane.quality === 'inferred' && isAfterBurst(bursts, pane.ts, rule.burst_grace_s)) return 'traffic_burst';
  if (on_air !== null && pane.ts - on_air.from < rule.presentation_grace_s * 1000) return 'presentation_start';
  return null;
};

/** What the test says of a pane: its score and the one to pass, in nats, and the over-dispersion it was divided by. */
interface Test {
  score: number;
  threshold: number;
  dispersion: number;
}

const decide = (
  state: DropoffState,
  { pane, on_air }: Moment,
  test: Test,
  context: DetectContext,
  decided: AlertDecision[],
): void => {
  const { chart, timeout_share } = state;
  const { score, threshold } = test;
  const rule = context.rules.dropoff_spike;
  const at = pane.ts + PANE_MS;
  const item = on_air?.item_id ?? '';
  const calm: Condition = score < threshold / 2 ? 'below_half' : 'between';
  const holds = rule.enabled && score >= threshold && isWorthTelling(chart, timeout_share, context);
  if (holds && !state.lives.has(item)) state.lives.set(item, QUIET);
  for (const [of, life] of state.lives) {
    const condition = holds && of === item ? 'holds' : calm;
    const raise = () => spike(pane.stream_id, at, on_air, state, test, context);
    const next = stepLife(life, at, condition, rule, raise, decided);
    if (next.phase === 'quiet') state.lives.delete(of);
    else state.lives.set(of, next);
  }
};

/** Is the excess worth a human's time, and one of viewers rather than of lost signs of life? */
const isWorthTelling = (
  chart: Chart,
  timeoutShare: number,
  { rules: { dropoff_spike: rule } }: DetectContext,
): boolean => {
  const excess = chart.observed - chart.expected;
  const timeoutExcess = chart.timeouts - timeoutShare * chart.expected;
  return (
    chart.seconds > 0 &&
    excess >= rule.min_excess_viewers &&
    excess >= rule.min_excess_share * chart.audience &&
    (timeoutShare > TIMEOUT_SHARE_MAX || timeoutExcess <= TIMEOUT_SHARE_MAX * excess)
  );
};

const spike = (
  stream_id: string,
  detected_at: number,
  onAir: OnAir | null,
  { chart, surroundings, assumed }: DropoffState,
  test: Test,
  context: DetectContext,
): AlertDecision => {
  const item_id = onAir?.item_id ?? null;
  const item_title = onAir?.title ?? null;
  const inferred = assumed !== null;
  const evidence = dropoffEvidence(chart, surroundings, {
    ...test,
    inferred,
    item_title,
    calibration_version: context.calibration.version,
    context_version: context.version,
  });
  const { ratio, excess_viewers, seconds } = evidence;
  const subject = item_id === null ? 'no_item' : 'item';
  return {
    alert_id: alertId('dropoff_spike', stream_id, item_id, detected_at),
    stream_id,
    rule: 'dropoff_spike',
    severity: context.rules.dropoff_spike.severity,
    status: 'firing',
    started_at: chart.since,
    detected_at,
    updated_at: detected_at,
    resolved_at: null,
    item_id,
    presentation_id: onAir?.presentation_id ?? null,
    summary: {
      key: `alert.dropoff_spike.${subject}`,
      values: {
        item_id,
        item_title,
        ratio,
        excess_viewers: Math.round(excess_viewers),
        seconds,
      },
    },
    evidence,
    hint: { key: `hint.dropoff_spike.${subject}`, values: { item_id, item_title } },
  };
};

/** Follows how long something has been suspected; what lasts is taken as the audience's own level. */
const suspect = (state: DropoffState, ts: number, suspected: boolean, calibration: Calibration): void => {
  state.suspected_since = suspected ? (state.suspected_since ?? ts) : null;
  if (state.suspected_since === null || ts - state.suspected_since <= calibration.suspicion_s_max * 1000) return;
  takeAsCalm(state.restlessness, calibration);
  restart(state.chart);
  state.suspected_since = null;
};

/** The baseline learns as far as the room is believed to be calm; what else is usual is measured only while it surely is. */
const learnFrom = (
  state: DropoffState,
  { pane }: Moment,
  silence: Silence | null,
  seconds: number,
  calibration: Calibration,
  counts: StrataCounts,
  expectation: Expectation,
): void => {
  const calm = calmProbability(state.restlessness);
  learn(state.baseline, counts, expectation, seconds, calm, calibration);
  if (calm > SURELY_CALM) {
    if (silence === null) measureDispersion(state.dispersion, counts.leaves_total, expectation.total, calibration);
    learnTimeouts(state, pane.timeouts, counts.leaves_total, expectation.total);
  } else dropBlock(state.dispersion);
};

/** Follows the share of time-outs by as many leaves as the room usually has in the half-life. */
const learnTimeouts = (state: DropoffState, timeouts: number, leaves: number, expected: number): void => {
  if (leaves === 0) return;
  const gain = Math.min(1, leaves / Math.max(1, expected * TIMEOUT_SHARE_HALF_LIFE_S));
  state.timeout_share += (timeouts / leaves - state.timeout_share) * gain;
};
