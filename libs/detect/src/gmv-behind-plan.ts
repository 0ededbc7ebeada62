import { PANE_MS, type AlertDecision, type Moment } from '#domain';
import { endLife, QUIET, type Condition, type Life } from './life.js';
import { sumOf } from './ring.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { GmvBehindPlanRule } from './rules.js';

/** What `gmv_behind_plan` knows of one room; plain data. Money in minor units of the stream's currency. */
export interface GmvBehindPlan {
  gmv_minor: number;
  life: Life;
}

export const emptyGmvBehindPlan = (): GmvBehindPlan => ({ gmv_minor: 0, life: QUIET });

/**
 * One pane: what was paid so far, late lines among it, against the plan, which is taken to be earned evenly over the
 * session's planned length, and to be due in whole after it. Nobody planned, or it is early: nothing is behind.
 */
export const stepGmvBehindPlan = (
  state: GmvBehindPlan,
  { pane, plan, late_paid = [] }: Moment,
  at: RuleAt & { settings: GmvBehindPlanRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  state.gmv_minor += pane.gmv_paid_minor + sumOf(late_paid.map(({ gmv_minor }) => gmv_minor));
  const elapsed_s = plan === undefined ? 0 : (pane.ts + PANE_MS - plan.from) / 1000;
  const due_minor = (plan?.gmv_minor ?? 0) * Math.min(1, elapsed_s / settings.session_s);
  const behind_share = due_minor === 0 ? 0 : 1 - state.gmv_minor / due_minor;
  const counts = settings.enabled && plan !== undefined && elapsed_s >= settings.warm_up_s;
  const condition: Condition =
    !counts || behind_share < settings.behind_share / 2
      ? 'below_half'
      : behind_share >= settings.behind_share
        ? 'holds'
        : 'between';
  const find = () => {
    const values = {
      gmv_minor: state.gmv_minor,
      due_minor: Math.round(due_minor),
      planned_minor: plan!.gmv_minor,
      behind_share,
    };
    const ahead_s = Math.max(0, settings.session_s - elapsed_s);
    return { started_at: pane.ts, values, evidence: { ...values, elapsed_s, ahead_s } };
  };
  state.life = stepRuleLife(state.life, at, condition, find, decided);
};

/** The stream's end resolves what fires. */
export const endGmvBehindPlan = (state: GmvBehindPlan, ended_at: number, decided: AlertDecision[]): void => {
  state.life = endLife(state.life, ended_at, decided);
};
