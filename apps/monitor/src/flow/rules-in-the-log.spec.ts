import { describe, expect, it } from '@jest/globals';
import type { LiveEvent, LogRecord } from '#domain';
import { alertsOf } from '../../../../test/kit/sliced-flow.js';
import { rulesDue } from './rules-due.js';

const START_MS = 1_760_000_040_000;
const APPENDED_MS = START_MS + 1e9;
const STREAM = 'room';

const enter = (s: number, n: number): LiveEvent => ({
  ...{ event_id: `${s}-${n}`, stream_id: STREAM, ts: START_MS + s * 1000 + n, type: 'enter', viewer: { hi: s, lo: n } },
  ...{ source: undefined, returning: undefined, device: undefined, region: undefined },
});

/** Two a second, thirty from second 300 to 330; what the rules change to stands where second `at` begins. */
const log = (at: number, overrides: object): LogRecord[] => {
  const bodies: LogRecord['body'][] = [];
  for (let s = 0; s < 420; s++) {
    if (s === at) bodies.push({ kind: 'rules_changed', stream_id: STREAM, version: 'x', overrides });
    for (let n = 0; n < (s >= 300 && s < 330 ? 30 : 2); n++) bodies.push(enter(s, n));
  }
  return bodies.map((body, position) => ({ input: 'journal', position, append_ts: APPENDED_MS, body }));
};

describe('rules that change in the log', () => {
  it('hold from the same second on, however the log is sliced and wherever it was taken up', () => {
    const records = log(302, { viewer_surge: { min_excess: 150 } });
    const [whole, ...sliced] = [Infinity, 5_000, 701, 97, 31].map((size) => alertsOf(records, size).alerts);
    expect(whole!.filter(({ status }) => status === 'firing').map(({ rule }) => rule)).toEqual(['viewer_surge']);
    for (const alerts of sliced) expect(alerts).toEqual(whole);
    const untouched = alertsOf(log(1_000, {}), Infinity).alerts;
    expect(untouched[0]!.detected_at).toBeLessThan(whole![0]!.detected_at);
  });

  it('are asked for while a stream has others than it is to have, and not again', () => {
    const overrides = { viewer_surge: { enabled: false } };
    const wanted = (version: string | null) => ({ wanted: () => (version === null ? null : { version, overrides }) });
    const { state: fresh } = alertsOf(log(1_000, {}), Infinity);
    const dueIn = ({ streams, detectors }: typeof fresh, version: string | null) =>
      rulesDue(streams.values(), detectors, wanted(version));
    expect(dueIn(fresh, null)).toEqual([]);
    expect(dueIn(fresh, 'x')).toEqual([{ kind: 'rules_changed', stream_id: STREAM, version: 'x', overrides }]);
    const { state: changed } = alertsOf(log(10, overrides), Infinity);
    expect(dueIn(changed, 'x')).toEqual([]);
    expect(dueIn(changed, null)).toMatchObject([{ version: 'defaults', overrides: {} }]);
  });
});
