import { PANE_MS, type AlertDecision, type AlertRule, type Message, type OnAir, type Severity } from '#domain';
import { airedAt, type Aired } from './aired.js';
import { alertId } from './alert-id.js';
import { QUIET, stepLife, type Condition, type Life } from './life.js';
import type { LifeTiming } from './rules.js';

/** What a rule says when it fires; `started_at` is ms. */
export interface Finding {
  started_at: number;
  values: Message['values'];
  evidence: Record<string, unknown>;
}

/** The rule and the room that an alert is of. */
export interface RuleAt {
  rule: AlertRule;
  settings: LifeTiming & { severity: Severity };
  stream_id: string;
  /** Start of the pane that is judged, ms. */
  pane_ts: number;
  on_air: OnAir | null;
  /** What was on before, that now on included. */
  aired: Aired;
  /** What it is of: the item that is on; what is said, which was on when it began; or the room as a whole. */
  of: 'item' | 'talk' | 'room';
  /** What it is of, where a room may show several of a rule at a time: a word, a question. */
  key?: string;
}

/** Moves the one life of a rule in a room by one pane; the finding is asked for where it fires. */
export const stepRuleLife = (
  life: Life,
  at: RuleAt,
  condition: Condition,
  find: () => Finding,
  decided: AlertDecision[],
): Life => stepLife(life, at.pane_ts + PANE_MS, condition, at.settings, () => alertOf(at, find()), decided);

/** Moves the lives of a rule by item; those of items that are not on are below half. Quiet ones are not kept. */
export const stepItemLives = (
  lives: Map<string, Life>,
  at: RuleAt,
  condition: Condition,
  find: () => Finding,
  decided: AlertDecision[],
): void => {
  const item = at.on_air?.item_id ?? '';
  if (condition === 'holds' && !lives.has(item)) lives.set(item, QUIET);
  for (const [of, life] of lives) {
    const next = stepRuleLife(life, at, of === item ? condition : 'below_half', find, decided);
    if (next.phase === 'quiet') lives.delete(of);
    else lives.set(of, next);
  }
};

const alertOf = (
  { rule, settings, stream_id, pane_ts, on_air, aired, of, key }: RuleAt,
  { started_at, values, evidence }: Finding,
): AlertDecision => {
  const detected_at = pane_ts + PANE_MS;
  // Viewers may leave, or complain, for what was on before: an item that has just come on is not blamed for it.
  const cause = of === 'item' ? on_air : airedAt(aired, started_at);
  const item_id = of === 'room' ? null : (cause?.item_id ?? null);
  return {
    alert_id: alertId(rule, stream_id, key ?? item_id, detected_at),
    ...{ stream_id, rule, severity: settings.severity, status: 'firing', started_at, detected_at },
    ...{ updated_at: detected_at, resolved_at: null, item_id },
    presentation_id: cause?.presentation_id ?? null,
    summary: {
      key: `alert.${rule}`,
      values: of === 'room' ? values : { item_title: cause?.title ?? item_id, ...values },
    },
    evidence,
    hint: { key: `hint.${rule}`, values: {} },
  };
};
