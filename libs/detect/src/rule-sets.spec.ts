import { describe, expect, it } from '@jest/globals';
import { emptyPane, type AlertDecision, type Moment, type RuleSet } from '#domain';
import { DEFAULT_CONTEXT } from './context.js';
import { changeRules, createDetector, rulesVersion } from './detector.js';
import { checkSettings, parametersOf, SETTABLE_RULES } from './rule-parameters.js';
import { DEFAULT_RULES } from './rules.js';

const START_MS = 1_700_000_000_000;
const detector = createDetector(DEFAULT_CONTEXT);

/** A calm room into which many come from second 400 to 440; rules change at the seconds named. */
const surge = (sets: Record<number, RuleSet['overrides']> = {}): AlertDecision[] => {
  const state = detector.initial();
  for (const [s, overrides] of Object.entries(sets))
    changeRules(state, { from: START_MS + Number(s) * 1000, version: s, overrides });
  return Array.from({ length: 600 }, (_, s): Moment => {
    const pane = emptyPane('room', START_MS + s * 1000);
    Object.assign(pane, { enters: s >= 400 && s < 440 ? 20 : 3, leaves: 3, online: 1_000, quality: 'inferred' });
    return { pane, on_air: null, cues: [] };
  }).flatMap((moment) => detector.step(state, moment));
};
const fired = (decided: readonly AlertDecision[]): number[] =>
  decided.filter(({ status }) => status === 'firing').map(({ detected_at }) => (detected_at - START_MS) / 1000);

describe('rules that change while a stream runs', () => {
  const [usual] = fired(surge()) as [number];

  it('hold from their moment on, and what was learned before is kept', () => {
    expect(fired(surge({ 100: { viewer_surge: { enabled: false } } }))).toEqual([]);
    expect(fired(surge({ 500: { viewer_surge: { enabled: false } } }))).toEqual([usual]);
    const eager = surge({ 399: { viewer_surge: { threshold: 1, min_excess: 5 } } });
    expect(fired(eager)[0]).toBeLessThan(usual);
    expect(fired(surge({ 100: { viewer_surge: { enabled: false } }, 399: {} }))).toEqual([usual]);
  });

  it('leave other rules and settings as they were', () => {
    const [before] = surge();
    const [after] = surge({ 100: { viewer_surge: { severity: 'critical' }, refund_surge: { enabled: false } } });
    expect(after).toEqual({ ...before, severity: 'critical' });
  });

  it('and are the same already change nothing', () => {
    const state = detector.initial();
    expect(rulesVersion(state)).toBeNull();
    const set = { from: 1, version: 'a', overrides: {} };
    changeRules(state, set);
    changeRules(state, { ...set, from: 2 });
    expect(state.rule_sets).toEqual([set]);
    expect(rulesVersion(state)).toBe('a');
  });
});

describe('settings of rules', () => {
  it.each(SETTABLE_RULES)('the defaults of %s may be set, each is explained in both languages', (rule) => {
    expect(checkSettings(rule, DEFAULT_RULES[rule] as never)).toEqual({ ok: true });
    for (const { title } of parametersOf(rule)) expect([title.en, title.zh]).not.toContain('');
  });

  it.each([
    [{ threshold: '9' }, '"threshold" of "viewer_surge" must be a number from 0.5 to 1000 nats'],
    [{ ratio: Number.NaN }, '"ratio" of "viewer_surge" must be a number from 1.05 to 100 ×'],
    [{ for_s: -1 }, '"for_s" of "viewer_surge" must be a number from 0 to 600 s'],
    [{ enabled: 1 }, '"enabled" of "viewer_surge" must be true or false'],
    [{ severity: 'loud' }, '"severity" of "viewer_surge" must be one of info, warning, critical'],
  ])('%j is refused with what is allowed', (settings, detail) => {
    expect(checkSettings('viewer_surge', settings as never)).toEqual({ ok: false, detail });
  });

  it('a parameter that the rule does not have is named, with those that it has', () => {
    const checked = checkSettings('viewer_surge', { volume: 11 } as never);
    expect(checked).toMatchObject({ ok: false });
    expect(JSON.stringify(checked)).toContain('"viewer_surge\\" has no parameter \\"volume\\"; it has enabled');
  });

  it('limits by feed name every feed', () => {
    const silent = { danmaku: 5, view: null, order: 60, cue: null };
    expect(checkSettings('feed_silent', { silent_after_s: silent } as never)).toEqual({ ok: true });
    expect(checkSettings('feed_silent', { silent_after_s: { view: 5 } } as never).ok).toBe(false);
    expect(checkSettings('feed_silent', { silent_after_s: { ...silent, view: 0 } } as never).ok).toBe(false);
  });
});
