import type { AlertRule, Severity } from './alert.js';

/** What one parameter of a rule may be set to. */
export type RuleValue =
  number | boolean | string | null | readonly string[] | { readonly [key: string]: number | null };

/** Every parameter of a rule by name; `enabled`, `severity`, `for_s`, `resolve_after_s` and `cool_down_s` are of every rule. */
export type RuleSettings = { enabled: boolean; severity: Severity } & Record<string, RuleValue>;

/** One parameter as the rules editor shows it. */
export interface RuleParameter {
  name: string;
  unit: string;
  kind: 'number' | 'flag' | 'choice' | 'words' | 'numbers';
  min?: number;
  max?: number;
  choices?: readonly string[];
  title: { en: string; zh: string };
}

/** What rules are set to where that is not their default: by rule, the parameters that were set. */
export type RuleOverrides = Readonly<Partial<Record<AlertRule, Readonly<Record<string, RuleValue>>>>>;
