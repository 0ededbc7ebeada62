import { describe, expect, it } from '@jest/globals';
import type { AlertDecision, LiveEvent, LogRecord } from '#domain';
import { alertsOf } from '../../../../test/kit/sliced-flow.js';

const START_MS = 1_760_000_040_000;
const STREAM = 'room';
const SILENT_FROM_S = 500;
/** Paid orders of these seconds are under way when they are missed. */
const SILENT_S = 65;

const order = (type: 'order_created' | 'order_paid', s: number): LiveEvent => ({
  ...{ event_id: `${type}-${s}`, stream_id: STREAM, ts: START_MS + s * 1000, type, viewer: { hi: s, lo: 1 } },
  ...{ order_id: `o${s}`, item_id: 'tea', quantity: 1, amount_minor: 100, currency: 'CNY', source: undefined },
});

/** An order a second, paid two seconds later; the payments of a minute come in one go `late_s` after it, if at all. */
const log = (late_s: number | null): LogRecord[] => {
  const bodies: LiveEvent[] = [];
  const held: LiveEvent[] = [];
  for (let s = 0; s < 700; s++) {
    bodies.push(order('order_created', s));
    const paid = order('order_paid', s);
    const isHeld = s >= SILENT_FROM_S && s < SILENT_FROM_S + SILENT_S;
    if (isHeld) held.push(paid);
    else bodies.push(paid);
    if (late_s !== null && s === SILENT_FROM_S + SILENT_S + late_s) bodies.push(...held);
  }
  return bodies.map((body, position) => ({ input: 'journal', position, append_ts: START_MS + 1e9, body }));
};
const lives = (alerts: readonly AlertDecision[]): string[] =>
  alerts.filter(({ rule }) => rule === 'checkout_failure').map(({ status }) => status);

describe('an alert whose cause late data take away', () => {
  it('is corrected: had they come in time it would not have fired', () => {
    const { alerts } = alertsOf(log(1), Infinity);
    expect(lives(alerts)).toEqual(['firing', 'corrected']);
    const [fired, corrected] = alerts;
    expect(corrected).toMatchObject({ alert_id: fired!.alert_id, resolved_at: corrected!.updated_at });
    expect(corrected!.evidence['observed_with_late']).toBeGreaterThan(corrected!.evidence['observed'] as number);
  });

  it('is not, where they never come', () =>
    expect(lives(alertsOf(log(null), Infinity).alerts)).not.toContain('corrected'));

  it('is corrected at the same second, however the log is sliced and wherever it was taken up', () => {
    const [whole, ...sliced] = [Infinity, 301, 64, 7].map((size) => alertsOf(log(1), size).alerts);
    for (const alerts of sliced) expect(alerts).toEqual(whole);
  });
});
