import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { emptyPane, emptySourceCounts, type AlertDecision, type Moment, type OnAir } from '#domain';
import { DEFAULT_CONTEXT } from './context.js';
import { createDetector } from './detector.js';

const START_MS = 1_700_000_000_000;
const AUDIENCE = 1_000;
/** Leaves per second of a calm room. */
const CALM = 10;

interface Second {
  leaves: number;
  timeouts?: number;
  enters?: number;
  on_air?: OnAir | null;
  cues?: string[];
}

const item = (name: string, from_s: number): OnAir => ({
  item_id: name,
  presentation_id: `room:${name}-${from_s}`,
  title: name,
  from: START_MS + from_s * 1000,
});

/** A room of settled viewers; `second(s)` says what happens in second `s`. */
const timeline = (seconds: number, second: (s: number) => Second): Moment[] =>
  Array.from({ length: seconds }, (_, s) => {
    const { leaves, timeouts = 0, enters = CALM, on_air = item('lamp', 0), cues = [] } = second(s);
    const pane = emptyPane('room', START_MS + s * 1000);
    const counts = emptySourceCounts();
    counts.at_risk[12] = AUDIENCE;
    counts.leaves_by_tenure[12] = leaves;
    counts.leaves = leaves;
    pane.by_source.follow = counts;
    Object.assign(pane, { enters, leaves, timeouts, online: AUDIENCE, at_risk: counts.at_risk });
    return { pane, on_air, cues: cues.map((label) => ({ ts: pane.ts, label })) };
  });

const detector = createDetector(DEFAULT_CONTEXT);
const run = (moments: readonly Moment[]): AlertDecision[] => {
  const state = detector.initial();
  return moments.flatMap((moment) => detector.step(state, moment));
};
const firing = (decided: readonly AlertDecision[]) => decided.filter(({ status }) => status === 'firing');
/** Calm, but for `[from, to)`, where three times as many leave. */
const spikeAt = (from: number, to: number) => (s: number) => ({ leaves: s >= from && s < to ? 3 * CALM : CALM });

describe('dropoff_spike', () => {
  it('fires on nothing of which nothing is counted, however small an excess is worth telling', () => {
    const context = structuredClone(DEFAULT_CONTEXT);
    Object.assign(context.rules.dropoff_spike, { min_excess_viewers: 0, min_excess_share: 0 });
    const eager = createDetector(context);
    const state = eager.initial();
    // The item goes off as the spike ends: what is counted starts again, and the room is still suspected.
    const leaves = (s: number) => (s < 300 ? CALM : s < 308 ? 3 * CALM : 1.4 * CALM);
    const moments = timeline(340, (s) => ({ leaves: leaves(s), on_air: s < 308 ? item('lamp', 0) : null }));
    const fired = firing(moments.flatMap((moment) => eager.step(state, moment)));
    expect(fired.map(({ item_id, evidence }) => [item_id, Number.isFinite(evidence['ratio'])])).toEqual([
      ['lamp', true],
    ]);
  });

  it('fires once on a spike, resolves 20 s after it calmed, and names the item and the start', () => {
    const decided = run(timeline(600, spikeAt(300, 330)));
    expect(decided.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    const [fired, resolved] = decided;
    expect(fired).toMatchObject({
      rule: 'dropoff_spike',
      started_at: START_MS + 300_000,
      item_id: 'lamp',
      presentation_id: 'room:lamp-0',
      resolved_at: null,
    });
    expect(fired!.alert_id).toMatch(/^[0-9a-f]{16}$/);
    expect(fired!.detected_at - fired!.started_at).toBeLessThanOrEqual(5_000);
    expect(resolved!.alert_id).toBe(fired!.alert_id);
    expect(resolved!.resolved_at! - fired!.detected_at).toBeGreaterThanOrEqual(20_000);
  });

  it('tells in its evidence what was expected, with an interval that holds the ratio', () => {
    const { evidence } = firing(run(timeline(600, spikeAt(300, 330))))[0]!;
    const { ratio, ratio_low, ratio_high } = evidence as Record<string, number>;
    expect(ratio_low).toBeLessThan(ratio!);
    expect(ratio_high).toBeGreaterThan(ratio!);
    expect(evidence).toMatchObject({
      calibration_version: DEFAULT_CONTEXT.calibration.version,
      caveat: { key: 'alert.caveat.association_not_cause' },
    });
  });

  it('is silent while it warms up, and expects nothing of those panes', () => {
    const moments = timeline(180, spikeAt(60, 120));
    expect(run(moments)).toEqual([]);
    expect(moments.every(({ pane }) => pane.expected_leaves === null)).toBe(true);
  });

  it('is silent in the first 10 s of a presentation', () => {
    const handover = (s: number) => ({ ...spikeAt(300, 310)(s), on_air: s < 300 ? item('lamp', 0) : item('pan', 300) });
    expect(run(timeline(400, handover))).toEqual([]);
  });

  it('is silent after the cue closing', () => {
    const cues = (s: number) => (s === 299 ? ['closing'] : []);
    expect(run(timeline(500, (s) => ({ ...spikeAt(300, 360)(s), cues: cues(s) })))).toEqual([]);
  });

  it('is silent for 20 s after the cue lottery_end', () => {
    const cues = (s: number) => (s === 300 ? ['lottery_end'] : []);
    expect(run(timeline(500, (s) => ({ ...spikeAt(300, 320)(s), cues: cues(s) })))).toEqual([]);
  });

  it('does not fire on an excess below its share of the audience', () => {
    const context = structuredClone(DEFAULT_CONTEXT);
    context.rules.dropoff_spike.min_excess_share = 0.9;
    const patient = createDetector(context);
    const state = patient.initial();
    expect(timeline(400, spikeAt(300, 310)).flatMap((moment) => patient.step(state, moment))).toEqual([]);
  });

  it('does not take a silent feed and the time-outs after it for a drop-off', () => {
    const broken = (s: number): Second => {
      if (s < 300) return { leaves: CALM };
      if (s < 330) return { leaves: 0, enters: 0 };
      if (s < 345) return { leaves: 60, timeouts: 60, enters: 0 };
      return { leaves: CALM, enters: s === 345 ? 900 : CALM };
    };
    expect(run(timeline(500, broken))).toEqual([]);
  });

  it('does not take time-outs alone for leaving where leaves are reported', () => {
    const lost = (s: number) => (s >= 300 && s < 330 ? { leaves: 3 * CALM, timeouts: 2 * CALM } : { leaves: CALM });
    expect(run(timeline(500, lost))).toEqual([]);
  });

  it('expects nothing where nobody says who comes', () => {
    const moments = timeline(400, spikeAt(300, 330));
    for (const { pane } of moments) pane.quality = 'reported';
    expect(run(moments)).toEqual([]);
    expect(moments.every(({ pane }) => pane.expected_leaves === null)).toBe(true);
  });

  it('infers leaves from arrivals and a count every 5 s, fires all the same, and says that they are inferred', () => {
    let online = AUDIENCE;
    const moments = timeline(600, spikeAt(300, 330)).map((moment, s) => {
      const { pane } = moment;
      online += CALM - pane.leaves;
      const counted = s % 5 === 4 ? online : AUDIENCE;
      const counts = { ...emptySourceCounts(), enters: CALM };
      Object.assign(pane, { quality: 'inferred', leaves: 0, at_risk: [], by_source: { follow: counts } });
      return { ...moment, counted };
    });
    // Between two counts the feed's figure moves with the arrivals only.
    moments.reduce((before, { pane, counted }, s) => (pane.online = s % 5 === 4 ? counted : before + CALM), AUDIENCE);
    const [fired, ...later] = run(moments);
    expect(fired).toMatchObject({ rule: 'dropoff_spike', status: 'firing', evidence: { inferred: true } });
    expect(fired!.detected_at - (START_MS + 300_000)).toBeLessThanOrEqual(15_000);
    expect(firing(later)).toEqual([]);
  });

  it('takes a new level that lasts as the audience, and stops firing', () => {
    const decided = run(timeline(1_500, spikeAt(300, 1_500)));
    expect(firing(decided)).toHaveLength(1);
    expect(decided.at(-1)!.status).toBe('resolved');
  });

  it('resolves at the end of the stream what still fires', () => {
    const state = detector.initial();
    const moments = timeline(310, spikeAt(300, 310));
    expect(firing(moments.flatMap((moment) => detector.step(state, moment)))).toHaveLength(1);
    const ended_at = START_MS + 310_000;
    expect(detector.end(state, ended_at)).toMatchObject([{ status: 'resolved', resolved_at: ended_at }]);
    expect(detector.end(state, ended_at)).toEqual([]);
  });

  it('decides the same, with the same ids and expectations, through a snapshot after every moment', () => {
    const whole = timeline(500, spikeAt(300, 330));
    const decided = run(whole);
    const sliced = timeline(500, spikeAt(300, 330));
    let state = detector.initial();
    const again = sliced.flatMap((moment) => {
      const kept: unknown = deserialize(serialize(state));
      state = kept as typeof state;
      return createDetector(DEFAULT_CONTEXT).step(state, moment);
    });
    expect(again).toEqual(decided);
    expect(sliced.map(({ pane }) => pane.expected_leaves)).toEqual(whole.map(({ pane }) => pane.expected_leaves));
  });
});
