import type { AlertRule, RuleOverrides, RuleSet } from '#domain';
import { DEFAULT_CALIBRATION, type Calibration } from './calibration.js';
import { DEFAULT_RULES, type DetectRules } from './rules.js';

/** What detection reads. A stream begins with it, and keeps its calibration; rules may be changed while it runs. */
export interface DetectContext {
  version: string;
  calibration: Calibration;
  rules: DetectRules;
}

export const DEFAULT_CONTEXT: DetectContext = {
  version: `default/${DEFAULT_CALIBRATION.version}`,
  calibration: DEFAULT_CALIBRATION,
  rules: DEFAULT_RULES,
};

/** `base` with the rules of a set in place of its own; its version names both. */
export const contextWith = (base: DetectContext, { version, overrides }: Omit<RuleSet, 'from'>): DetectContext => ({
  ...base,
  version: `${base.version}+${version}`,
  rules: rulesWith(base.rules, overrides),
});

/** Rules with what was set in place of their own. */
export const rulesWith = (rules: DetectRules, overrides: RuleOverrides): DetectRules => {
  const changed = Object.entries(overrides).map(([rule, settings]) => [
    rule,
    { ...rules[rule as AlertRule & keyof DetectRules], ...settings },
  ]);
  return { ...rules, ...Object.fromEntries(changed) } as DetectRules;
};
