import type { AlertDecision } from '#domain';
import type { LifeTiming } from './rules.js';

/** Where one alert of one rule, stream and item stands. Times are ms of the rule's clock; plain data. */
export type Life =
  | { phase: 'quiet' }
  | { phase: 'pending'; since: number }
  /** `calm_since`: the condition has been below half from then on. */
  | { phase: 'firing'; alert: AlertDecision; calm_since: number | null }
  | { phase: 'cooling'; until: number };

/** How a condition stands: it holds, it is below half of what fires, or it is between. */
export type Condition = 'holds' | 'between' | 'below_half';

export const QUIET: Life = { phase: 'quiet' };

/**
 * Moves a life to `at`: pending → firing → resolved → cooling → quiet. `raise` makes the alert, and is called once for
 * each that fires; what changed is pushed to `decided`.
 */
export const stepLife = (
  life: Life,
  at: number,
  condition: Condition,
  timing: LifeTiming,
  raise: () => AlertDecision,
  decided: AlertDecision[],
): Life => {
  switch (life.phase) {
    case 'cooling':
      return at < life.until ? life : stepLife(QUIET, at, condition, timing, raise, decided);
    case 'quiet':
      if (condition !== 'holds') return life;
      return stepLife({ phase: 'pending', since: at }, at, condition, timing, raise, decided);
    case 'pending': {
      if (condition !== 'holds') return QUIET;
      if (at - life.since < timing.for_s * 1000) return life;
      const alert = raise();
      decided.push(alert);
      return { phase: 'firing', alert, calm_since: null };
    }
    case 'firing': {
      if (condition !== 'below_half') return life.calm_since === null ? life : { ...life, calm_since: null };
      const calmSince = life.calm_since ?? at;
      if (at - calmSince < timing.resolve_after_s * 1000) return { ...life, calm_since: calmSince };
      decided.push(resolved(life.alert, at));
      return { phase: 'cooling', until: at + timing.cool_down_s * 1000 };
    }
  }
};

/** The life of an alert that was raised elsewhere and fires. */
export const takenUp = (alert: AlertDecision): Life => ({ phase: 'firing', alert, calm_since: null });

/** Ends a life with its stream: what fires is resolved at `at`, or when it fired: the last pane ends after its stream may. */
export const endLife = (life: Life, at: number, decided: AlertDecision[]): Life => {
  if (life.phase === 'firing') decided.push(resolved(life.alert, Math.max(at, life.alert.updated_at)));
  return QUIET;
};

/** Ends all lives of one rule with their stream. */
export const endLives = (lives: Map<string, Life>, at: number, decided: AlertDecision[]): void => {
  for (const life of lives.values()) endLife(life, at, decided);
  lives.clear();
};

const resolved = (alert: AlertDecision, at: number): AlertDecision => ({
  ...alert,
  status: 'resolved',
  updated_at: at,
  resolved_at: at,
});
