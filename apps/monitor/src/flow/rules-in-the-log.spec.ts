import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, type AlertDecision, type LiveEvent, type LogRecord, type RecordBatch } from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import type { StoreWriter } from '#store';
import { livePipeline } from './live-pipeline.js';
import { emptyFlowState, type FlowState } from './room-state.js';
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
  return bodies.map((body, position) => ({ position, append_ts: APPENDED_MS, body }));
};

const nowhere = {
  ...{ writeEvents: () => undefined, writePanes: () => undefined, writeVisits: () => undefined },
  ...{ writePresentations: () => undefined, writeStreams: () => undefined },
} satisfies Partial<StoreWriter> as Partial<StoreWriter> as StoreWriter;

/** Reads a log in batches of `size`, with a snapshot taken up between any two. */
const alertsOf = (records: readonly LogRecord[], size: number): { alerts: AlertDecision[]; state: FlowState } => {
  const alerts: AlertDecision[] = [];
  let state = emptyFlowState({ load: () => null });
  for (let at = 0; at < records.length; at += size) {
    const batches$ = new Subject<RecordBatch>();
    livePipeline(batches$, {
      state,
      window: { settings: DEFAULT_EVENT_TIME, rates: {} },
      detector: createDetector(DEFAULT_CONTEXT),
      writer: nowhere,
    }).subscribe(({ streams }) => alerts.push(...streams.flatMap(({ decisions }) => decisions)));
    batches$.next({ input: 'journal', records: records.slice(at, at + size) });
    const next = emptyFlowState({ load: () => null });
    for (const part of ['streams', 'live', 'detectors', 'positions'] as const)
      for (const [key, value] of structuredClone(new Map<string, unknown>(state[part])))
        next[part].set(key, value as never);
    state = next;
  }
  return { alerts, state };
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
    expect(rulesDue(fresh, wanted(null))).toEqual([]);
    expect(rulesDue(fresh, wanted('x'))).toEqual([
      { kind: 'rules_changed', stream_id: STREAM, version: 'x', overrides },
    ]);
    const { state: changed } = alertsOf(log(10, overrides), Infinity);
    expect(rulesDue(changed, wanted('x'))).toEqual([]);
    expect(rulesDue(changed, wanted(null))).toMatchObject([{ version: 'defaults', overrides: {} }]);
  });
});
