import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertsAnswer, AuditAnswer, Problem, RuleChange, RulePrecision, RuleRow, RulesAnswer } from '#contract';
import { ALERT_RULES, type Alert } from '#domain';
import { startMonitorApp, type MonitorUnderTest } from '../../../../test/kit/monitor-app.js';

const START_MS = 1_790_000_000_000;
const STREAM = 'room';
let folder: string;
let monitor: MonitorUnderTest;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallylight-rules-'));
  monitor = await startMonitorApp(START_MS, { DATA_DIR: folder });
});
afterAll(async () => {
  await monitor.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Two viewers enter each second of `[from, to)`, or as many as told. */
const post = async (from: number, to: number, entering = 2, stream_id = STREAM): Promise<void> => {
  const lines: string[] = [];
  for (let s = from; s < to; s++)
    for (let n = 0; n < entering; n++) {
      const id = `${s}-${n}`;
      const event = { type: 'enter', event_id: id, stream_id, ts: START_MS + s * 1000 + n, viewer_id: id };
      lines.push(JSON.stringify(event));
    }
  monitor.clock.now = START_MS + to * 1000;
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await monitor.fetch('/api/v1/events', { method: 'POST', headers, body: lines.join('\n') });
  expect(answer.status).toBe(200);
};
const put = async <T = RuleRow>(change: RuleChange): Promise<{ status: number; json: T }> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await monitor.fetch('/api/v1/rules', { method: 'PUT', headers, body: JSON.stringify(change) });
  return { status: answer.status, json: (await answer.json()) as T };
};
const row = async (rule: string, query = ''): Promise<RuleRow> =>
  (await monitor.get<RulesAnswer>(`/rules${query}`)).rules.find((each) => each.rule === rule)!;
/** Settles when so much of what people said is stored. */
const stored = async (rule: string, isThere: (precision: RulePrecision) => boolean): Promise<void> => {
  while (!isThere((await row(rule)).precision)) await sleep(50);
};
const alerts = async (): Promise<Alert[]> => (await monitor.get<AlertsAnswer>(`/streams/${STREAM}/alerts`)).alerts;

describe('rules at run time', () => {
  it('are listed with what each parameter means, in both languages', async () => {
    const { rules } = await monitor.get<RulesAnswer>('/rules');
    for (const { rule, settings, defaults, parameters, title, description, changed_at } of rules) {
      expect(ALERT_RULES).toContain(rule);
      expect(settings).toEqual(defaults);
      expect(parameters.map(({ name }) => name)).toEqual(Object.keys(settings));
      expect([title.zh, description.en, description.zh]).not.toContain('');
      expect(changed_at).toBeNull();
    }
  });

  it('hold at once, without a restart and without losing what was learned', async () => {
    await post(0, 300);
    const { status, json } = await put({ rule: 'viewer_surge', settings: { min_excess: 5, severity: 'critical' } });
    expect([status, json.settings['min_excess'], json.defaults['min_excess']]).toEqual([200, 5, 30]);
    expect(json).toMatchObject({ changed_at: monitor.clock.now, changed_by: expect.any(String) });
    // Eleven a second more for a second: by the defaults too little to be told, and learned long before the change.
    await post(300, 302, 13);
    await post(302, 320);
    const [alert] = await alerts();
    expect(alert).toMatchObject({ rule: 'viewer_surge', severity: 'critical', started_at: START_MS + 300_000 });
  });

  it('of one stream stand over those of all, and go back when told so', async () => {
    await put({ rule: 'viewer_surge', stream_id: 'elsewhere', settings: { enabled: false } });
    expect((await row('viewer_surge', '?stream_id=elsewhere')).settings).toMatchObject({
      enabled: false,
      min_excess: 5,
    });
    expect((await row('viewer_surge', '?stream_id=elsewhere')).defaults).toMatchObject({
      enabled: true,
      min_excess: 5,
    });
    expect((await row('viewer_surge')).settings).toMatchObject({ enabled: true, min_excess: 5 });
    await put({ rule: 'viewer_surge', stream_id: 'elsewhere', settings: null });
    expect((await row('viewer_surge', '?stream_id=elsewhere')).settings).toMatchObject({
      enabled: true,
      min_excess: 5,
    });
  });

  it('a wrong change is refused with what is allowed, and changes nothing', async () => {
    const wrong = await put<Problem>({ rule: 'viewer_surge', settings: { min_excess: -3 } });
    expect([wrong.status, wrong.json.detail]).toEqual([
      400,
      '"min_excess" of "viewer_surge" must be a number from 0 to 1000000',
    ]);
    expect((await row('viewer_surge')).settings['min_excess']).toBe(5);
  });

  it('say how they did, by what people said of their alerts', async () => {
    await stored('viewer_surge', ({ unmarked }) => unmarked === 1);
    expect((await row('viewer_surge')).precision.precision).toBe(null);
    const [alert] = await alerts();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ outcome: 'acted' });
    const path = `/api/v1/streams/${STREAM}/alerts/${alert!.alert_id}/ack`;
    expect((await monitor.fetch(path, { method: 'POST', headers, body })).status).toBe(200);
    await stored('viewer_surge', ({ acted }) => acted === 1);
    expect((await row('viewer_surge')).precision).toEqual({
      acted: 1,
      false_alarm: 0,
      ignored: 0,
      unmarked: 0,
      precision: 1,
    });
  });

  it('hold in a stream that begins, from its second post on', async () => {
    await put({ rule: 'viewer_surge', settings: { warm_up_s: 20, min_excess: 5 } });
    const before = monitor.clock.now;
    await post(330, 331, 2, 'recording');
    await post(331, 380, 2, 'recording');
    await post(380, 382, 13, 'recording');
    await post(382, 390, 2, 'recording');
    monitor.clock.now = before;
    const { alerts } = await monitor.get<AlertsAnswer>('/streams/recording/alerts');
    expect(alerts.map(({ rule, severity }) => [rule, severity])).toEqual([['viewer_surge', 'critical']]);
  });

  it('every change is audited', async () => {
    const { entries } = await monitor.get<AuditAnswer>('/audit');
    expect(entries.filter(({ action }) => action === 'set_rule').map(({ target }) => target)).toEqual(
      Array(4).fill('viewer_surge'),
    );
  });

  it('outlive a restart, and the log decides the same again', async () => {
    const before = await alerts();
    await monitor.stop();
    // Without its snapshots it reads the whole log again, the change of rules in it.
    await rm(join(folder, 'snapshots'), { recursive: true });
    monitor = await startMonitorApp(monitor.clock.now, { DATA_DIR: folder });
    expect((await row('viewer_surge')).settings['min_excess']).toBe(5);
    expect(await alerts()).toEqual(before);
  });
});
