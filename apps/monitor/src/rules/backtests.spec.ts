import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertsAnswer, BacktestAnswer, BacktestRequest, Problem } from '#contract';
import type { Alert } from '#domain';
import { DEFAULT_SESSION, deliver, IN_ORDER, simulateSession, type SessionOptions } from '#simulate';
import { startMonitorApp, type MonitorUnderTest } from '../../../../test/kit/monitor-app.js';
import { compare } from './backtests.js';

const SESSION: SessionOptions = {
  ...{ ...DEFAULT_SESSION, seed: 7, stream_id: 'evening', duration_s: 600, online: 250 },
  bursts: [{ from_s: 300, seconds: 20, joins_per_s: 12, source: 'ad', hazard_ratio: 3 }],
  effects: [{ from_s: 460, seconds: 45, hazard_ratio: 6 }],
};
const DISORDER = { ...IN_ORDER, disorder_ms: 1_500, duplicate_share: 0.05, late_share: 0.002 };
const EVENTS_A_POST = 4_000;

let monitor: MonitorUnderTest;
beforeAll(async () => {
  monitor = await startMonitorApp(SESSION.start_ts);
  const deliveries = [...deliver(simulateSession(SESSION), DISORDER)];
  for (let at = 0; at < deliveries.length; at += EVENTS_A_POST) {
    const slice = deliveries.slice(at, at + EVENTS_A_POST);
    monitor.clock.now = slice.at(-1)!.arrival_ts;
    const headers = { 'content-type': 'application/x-ndjson' };
    const body = slice.map(({ event }) => JSON.stringify(event)).join('\n');
    const answer = await monitor.fetch('/api/v1/events', { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  }
  await untilEnded();
}, 120_000);
afterAll(() => monitor.stop());

/** The last panes are stored a moment after the last event was applied. */
const untilEnded = async (): Promise<void> => {
  for (;;) {
    const answer = await monitor.fetch(`/api/v1/streams/${SESSION.stream_id}`);
    if (answer.ok && ((await answer.json()) as { status: string }).status === 'ended') return;
    monitor.clock.now += 1_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
const ask = async <T>(request: BacktestRequest): Promise<{ status: number; json: T }> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(request);
  const answer = await monitor.fetch('/api/v1/rules/backtest', { method: 'POST', headers, body });
  return { status: answer.status, json: (await answer.json()) as T };
};
const backtest = async (
  rule: BacktestRequest['rule'],
  settings: object = {},
): Promise<BacktestAnswer['sessions'][0]> => {
  const { status, json } = await ask<BacktestAnswer>({ rule, stream_ids: ['evening'], settings: settings as never });
  expect(status).toBe(200);
  return json.sessions[0]!;
};

describe('a backtest', () => {
  it('with the settings of then fires what was fired, of every rule, to the id and the second', async () => {
    const { alerts } = await monitor.get<AlertsAnswer>('/streams/evening/alerts?limit=1000');
    const rules = [...new Set(alerts.map(({ rule }) => rule))].filter(
      (rule) => !/^(feed_silent|data_stale)$/.test(rule),
    );
    expect(rules).toContain('dropoff_spike');
    for (const rule of rules) {
      const { would_fire, fired, both, added, gone } = await backtest(rule);
      const times = ({
        alert_id,
        detected_at,
        resolved_at,
      }: Pick<Alert, 'alert_id' | 'detected_at' | 'resolved_at'>) => ({
        ...{ alert_id, detected_at, resolved_at },
      });
      expect(would_fire.map(times)).toEqual(fired.map(({ alert }) => times(alert)));
      expect([both, added, gone]).toEqual([fired.length, 0, 0]);
    }
  });

  it('with other settings says what is added and what is gone, and changes nothing', async () => {
    const off = await backtest('dropoff_spike', { enabled: false });
    expect(off.would_fire).toEqual([]);
    expect(off.gone).toBe(off.fired.length);
    const eager = await backtest('danmaku_surge', { threshold: 1, min_excess: 1, ratio: 1.2, for_s: 0 });
    expect(eager.added).toBeGreaterThan(0);
    expect((await backtest('dropoff_spike')).gone).toBe(0);
  });

  it('shows what people said', async () => {
    const [first] = (await backtest('dropoff_spike')).fired;
    const path = `/api/v1/streams/evening/alerts/${first!.alert.alert_id}/ack`;
    const headers = { 'content-type': 'application/json' };
    await monitor.fetch(path, { method: 'POST', headers, body: JSON.stringify({ outcome: 'false_alarm' }) });
    expect((await backtest('dropoff_spike')).fired[0]!.outcome).toBe('false_alarm');
  });

  it('one at a time: the next is told to come back', async () => {
    const request: BacktestRequest = { rule: 'dropoff_spike', stream_ids: ['evening'] };
    const statuses = await Promise.all([ask(request), ask(request)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 429]);
  });

  it('is broken off when nobody waits for it any more, and the next may run', async () => {
    const body = JSON.stringify({ rule: 'dropoff_spike', stream_ids: ['evening'] });
    const headers = { 'content-type': 'application/json' };
    const leave = (signal: AbortSignal): Promise<Response> =>
      monitor.fetch('/api/v1/rules/backtest', { method: 'POST', headers, body, signal });
    const another = async (): Promise<number> => (await ask({ rule: 'dropoff_spike', stream_ids: ['evening'] })).status;
    let leaving = new AbortController();
    let asked = leave(leaving.signal);
    // It has begun where another is told to come back; of the two that one may be the first to be served.
    while ((await another()) !== 429) {
      await asked;
      leaving = new AbortController();
      asked = leave(leaving.signal);
    }
    leaving.abort();
    await expect(asked).rejects.toThrow();
    let status = await another();
    while (status === 429) status = await another();
    expect(status).toBe(200);
  });

  it('of a rule by the wall clock, a stream unknown or settings wrong is refused', async () => {
    const clock = await ask<Problem>({ rule: 'feed_silent', stream_ids: ['evening'] });
    expect([clock.status, clock.json.detail]).toEqual([400, expect.stringContaining('wall clock')]);
    expect((await ask({ rule: 'viewer_surge', stream_ids: ['nobody'] })).status).toBe(404);
    expect((await ask({ rule: 'viewer_surge', stream_ids: ['evening'], settings: { ratio: 0 } })).status).toBe(400);
  });
});

describe('matching what would fire with what fired', () => {
  const span = (item_id: string | null, started_at: number, resolved_at: number | null) => ({
    ...{ item_id, started_at, resolved_at },
  });
  it('goes by item and overlapping time, each once', () => {
    const fired = [span('a', 0, 10), span('a', 20, 30), span('b', 0, null)];
    expect(compare([span('a', 5, 25), span('b', 100, 110)], fired)).toEqual({ both: 2, added: 0, gone: 1 });
    expect(compare([span('c', 0, 10), span('a', 11, 19)], fired)).toEqual({ both: 0, added: 2, gone: 3 });
  });
});
