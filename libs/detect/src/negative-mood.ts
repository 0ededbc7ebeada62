import { type AlertDecision } from '#domain';
import { endLife, QUIET, type Condition, type Life } from './life.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { NegativeMoodRule } from './rules.js';
import { SAID_WINDOW_S, usualMood, windowFrom, type SaidWindow } from './said-window.js';

/** What the rule knows beside the window. */
export interface NegativeMood {
  life: Life;
}

export const emptyNegativeMood = (): NegativeMood => ({ life: QUIET });

type At = RuleAt & { settings: NegativeMoodRule };

/** One pane: of the messages that praise or complain, many more complain than usual. What is usual starts from a prior. */
export const stepNegativeMood = (state: NegativeMood, window: SaidWindow, at: At, decided: AlertDecision[]): void => {
  const { settings, pane_ts } = at;
  const seen = moodNow(window, at);
  const isWarm = window.since !== null && pane_ts - window.since >= settings.warm_up_s * 1000;
  const condition = settings.enabled && isWarm ? conditionOf(seen, settings) : 'below_half';
  state.life = stepRuleLife(state.life, at, condition, () => finding(seen, window, at), decided);
};

/** The stream's end resolves what fires. */
export const endNegativeMood = (state: NegativeMood, ended_at: number, decided: AlertDecision[]): void => {
  state.life = endLife(state.life, ended_at, decided);
};

interface MoodNow {
  complaints: number;
  praise: number;
  share: number;
  usual_share: number;
  score: number;
}

const moodNow = (window: SaidWindow, { settings, pane_ts }: At): MoodNow => {
  const { complaints, praise } = window;
  const usual = usualMood(window, pane_ts);
  const prior = settings.prior_messages;
  const usual_share = (usual.complaints + prior * settings.prior_share) / (usual.complaints + usual.praise + prior);
  const all = complaints + praise;
  const share = all === 0 ? 0 : complaints / all;
  return { complaints, praise, share, usual_share, score: scoreOf(complaints, praise, share, usual_share) };
};

/** Log-likelihood of the share found against the usual one. */
const scoreOf = (complaints: number, praise: number, share: number, usual: number): number => {
  if (share <= usual) return 0;
  return complaints * Math.log(share / usual) + (praise === 0 ? 0 : praise * Math.log((1 - share) / (1 - usual)));
};

const conditionOf = (
  { complaints, praise, share, usual_share, score }: MoodNow,
  { min_messages, min_complaints, above, threshold, dispersion }: NegativeMoodRule,
): Condition => {
  const enough = complaints + praise >= min_messages && complaints >= min_complaints;
  const far = share - usual_share >= above && score / dispersion >= threshold;
  if (enough && far) return 'holds';
  return complaints < min_complaints / 2 || share - usual_share < above / 2 ? 'below_half' : 'between';
};

const finding = (
  { complaints, praise, share, usual_share, score }: MoodNow,
  { panes }: SaidWindow,
  { pane_ts }: At,
) => {
  const newest = panes.findLast(({ said }) => said.complaint !== null)?.said.complaint;
  const values = { complaints, praise, share, usual_share, seconds: SAID_WINDOW_S };
  return { started_at: windowFrom(pane_ts), values, evidence: { ...values, score, example: newest?.example ?? '' } };
};
