import { describe, expect, it } from '@jest/globals';
import { createDecoder, createPseudonymiser } from '#decode';
import { DEFAULT_EVENT_TIME, type LiveEvent } from '#domain';
import { DEFAULT_SESSION, deliverSession, IN_ORDER, type PresenceMode } from '#simulate';
import { Random } from '../kit/random.js';
import { SpreadStream, type Keyed, type Stored } from '../kit/spread-over-lanes.js';

const LANES = 8;
const SEED = Number(process.env['SEED'] ?? 1);
const SEEDS = Number(process.env['SEEDS'] ?? 3);
const STREAM_ID = 'room-1';

/** A session with a labelled drop-off as it arrives, disordered within the bound, some of it twice. */
const arrivals = (seed: number, presence: PresenceMode): { append_ts: number; event: LiveEvent }[] => {
  const decoder = createDecoder({
    pseudonymise: createPseudonymiser('the same viewers in every lane'),
    maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
  });
  const effects = [{ from_s: 240, seconds: 60, hazard_ratio: 8 }];
  const session = { ...DEFAULT_SESSION, seed, stream_id: STREAM_ID, duration_s: 480, online: 150, presence, effects };
  const disorder = { ...IN_ORDER, seed, disorder_ms: 1_500, duplicate_share: 0.02 };
  return [...deliverSession(session, disorder)].map(({ arrival_ts, event }) => {
    const bytes = Buffer.from(JSON.stringify(event));
    const decoded = decoder.decode(bytes, 0, bytes.length, arrival_ts);
    if (!decoded.ok) throw new Error(decoded.detail);
    return { append_ts: arrival_ts, event: decoded.event };
  });
};

/** A viewer's events are in one lane; what has no viewer is in the stream's own. */
const laneOf = (event: LiveEvent, lanes: number): number | null =>
  lanes === 1 || !('viewer' in event) ? null : (event.viewer.lo >>> 0) % lanes;

const PARTS = 4;
/** Longer than what an input, or a lane, may be silent and still be waited for. */
const PAUSE_MS = DEFAULT_EVENT_TIME.idleInputMs + 5_000;

/** Each part appended within moments, long after it all was, and nothing between the parts. */
const inParts = (log: readonly Keyed[]): Keyed[] => {
  const end = log.at(-1)!.append_ts;
  return log.map((each, place) => {
    const part = Math.floor((place * PARTS) / log.length);
    return { ...each, append_ts: end + part * PAUSE_MS + place };
  });
};

const readBy = (
  lanes: number,
  seed: number,
  presence: PresenceMode,
  crashes: boolean,
  appended = (log: Keyed[]): Keyed[] => log,
): Stored => {
  const log = appended(arrivals(seed, presence).map((each) => ({ ...each, lane: laneOf(each.event, lanes) })));
  return new SpreadStream(STREAM_ID, lanes, new Random(seed), crashes).read(log);
};

const forSeeds = (law: (seed: number) => void): void => {
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    try {
      law(seed);
    } catch (error) {
      console.error(`seed ${seed} fails`);
      throw error;
    }
  }
};

describe('a stream spread over eight lanes', () => {
  it.each(['leaves_and_heartbeats', 'leaves_only'] as PresenceMode[])(
    'has the panes, visits, presentations and alerts of one lane, however lanes lag (%s)',
    (presence) => {
      forSeeds((seed) => {
        const whole = readBy(1, seed, presence, false);
        expect(whole.summary.status).toBe('ended');
        const spread = readBy(LANES, seed, presence, false);
        expectSame(spread, whole);
        expect(spread.shown).toBeGreaterThan(0);
      });
    },
  );

  it('has the same when it is appended in parts, with pauses in which every lane falls silent', () => {
    forSeeds((seed) => {
      const whole = readBy(1, seed, 'leaves_and_heartbeats', false, inParts);
      expectSame(readBy(LANES, seed, 'leaves_and_heartbeats', false, inParts), whole);
    });
  });

  it('has the same when lanes are taken over from older snapshots at any moment', () => {
    let alerts = 0;
    forSeeds((seed) => {
      const whole = readBy(1, seed, 'leaves_and_heartbeats', false);
      alerts += whole.alerts.length;
      expectSame(readBy(LANES, seed, 'leaves_and_heartbeats', true), whole);
    });
    expect(alerts).toBeGreaterThan(0);
  });
});

const expectSame = (spread: Stored, whole: Stored): void => {
  for (const table of ['panes', 'visits', 'presentations', 'alerts'] as const) {
    expect([table, spread[table].length]).toEqual([table, whole[table].length]);
    expect(spread[table]).toEqual(whole[table]);
  }
  expect(comparable(spread)).toEqual(comparable(whole));
};

/**
 * Late is what is late in its own lane: a heartbeat that was sent twice may be on time where fewer came before it, or meet
 * another watermark. It has no effect either way, for another reason.
 */
const comparable = ({ summary }: Stored) => ({
  ...summary,
  ...{ revision: 0, late: 0, ignored: { ...summary.ignored, stale_presence: 0, after_end: 0 } },
});
