import type { RulePrecision } from '#contract';
import type { AlertRule } from '#domain';
import type { AlertOutcomes } from '#store';

/** How each rule did by what people said of its alerts; a rule without alerts is absent. */
export const precisionByRule = (outcomes: Iterable<AlertOutcomes>): Map<AlertRule, RulePrecision> => {
  const byRule = new Map<AlertRule, RulePrecision>();
  for (const { rule, outcome, alerts } of outcomes) {
    const counts = byRule.get(rule) ?? { ...NO_ALERTS };
    byRule.set(rule, counts);
    counts[outcome ?? 'unmarked'] += alerts;
  }
  for (const counts of byRule.values()) {
    const said = counts.acted + counts.false_alarm;
    counts.precision = said === 0 ? null : counts.acted / said;
  }
  return byRule;
};

export const NO_ALERTS: RulePrecision = { acted: 0, false_alarm: 0, ignored: 0, unmarked: 0, precision: null };
