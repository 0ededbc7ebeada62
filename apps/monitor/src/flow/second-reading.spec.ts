import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, type Pane, type ReadEvent, type RecordBatch, type StreamSummary } from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { createLogger } from '#observe';
import type { StoreWriter } from '#store';
import { asLogRecords } from '../../../../test/kit/log-records.js';
import { Random } from '../../../../test/kit/random.js';
import { NASTY, randomBatches, randomSession, SESSION_RATES } from '../../../../test/kit/session.js';
import { livePipeline } from './live-pipeline.js';
import { emptyFlowState } from './room-state.js';
import { SecondReadings } from './second-reading.js';

const PROFILE = { ...NASTY, streams: { from: 1, to: 1 }, ended: 1, endedLate: 1, reopened: 0, imported: 0 };
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** What a reader of the store would find of the one stream. */
class Kept {
  readonly panes = new Map<number, Pane>();
  readonly events: ReadEvent[] = [];
  stream: StreamSummary | null = null;

  readonly writer = {
    flush: () => Promise.resolve(),
    room: () => Promise.resolve(),
    writeEvents: (events) => this.events.push(...events),
    writePanes: (panes) => panes.forEach((pane) => this.panes.set(pane.ts, structuredClone(pane))),
    writeVisits: () => undefined,
    writePresentations: () => undefined,
    writeStreams: (streams) => (this.stream = structuredClone(streams.at(-1)!)),
    withdrawFrom: (_, from) => [...this.panes.keys()].filter((ts) => ts >= from).forEach((ts) => this.panes.delete(ts)),
  } satisfies Partial<StoreWriter> as Partial<StoreWriter> as StoreWriter;
}

/** Runs a session whose end comes late through the flow, without reading it again; `null` where its end was in time after all. */
const readOnce = (seed: number) => {
  const kept = new Kept();
  const state = emptyFlowState({ load: () => null });
  const window = { settings: DEFAULT_EVENT_TIME, rates: SESSION_RATES };
  const detector = createDetector(DEFAULT_CONTEXT);
  const batches$ = new Subject<RecordBatch>();
  livePipeline(batches$, { state, window, detector, writer: kept.writer }).subscribe();
  const records = asLogRecords(randomSession(seed, PROFILE, DEFAULT_EVENT_TIME));
  for (const batch of randomBatches(new Random(seed), records, 40)) batches$.next({ records: batch });
  const [stream] = state.streams.values();
  return stream!.late_end === null ? null : { kept, state, window, detector, end: stream!.late_end.ts };
};

/** Starts on what a snapshot would hold of the state, and reads again what was left unread. */
const readAgain = async ({ kept, state, window, detector }: NonNullable<ReturnType<typeof readOnce>>) => {
  const restored = {
    ...emptyFlowState({ load: () => null }),
    ...structuredClone({ ...state, streams: new Map(state.streams) }),
  };
  const reader = {
    async *rawEvents() {
      await Promise.resolve();
      yield* kept.events;
    },
  };
  const changed = new Promise<void>((resolve) => {
    const { writer } = kept;
    const edge = {
      state: restored,
      window,
      detector,
      writer,
      reader,
      log: createLogger('silent'),
      push: () => resolve(),
    };
    new SecondReadings(edge).seed();
  });
  await changed;
  return restored;
};

describe('a stream whose end came late', () => {
  it('is read again after a restart that came between, ends at its ts, and keeps what was expected of its panes', async () => {
    let panes = 0;
    for (const seed of SEEDS) {
      const first = readOnce(seed);
      if (first === null) continue;
      const expected = new Map([...first.kept.panes].map(([ts, { expected_leaves }]) => [ts, expected_leaves]));
      expect(first.kept.stream).toMatchObject({ status: 'live' });
      const state = await readAgain(first);
      expect([...state.streams.values()]).toMatchObject([{ closed: true, late_end: null, ended_at: first.end }]);
      expect(first.kept.stream).toMatchObject({ status: 'ended', ended_at: first.end });
      for (const [ts, { expected_leaves }] of first.kept.panes) {
        expect(ts).toBeLessThan(first.end);
        if (ts + 1000 > first.end || !expected.has(ts)) continue;
        expect({ seed, ts, expected_leaves }).toEqual({ seed, ts, expected_leaves: expected.get(ts) });
        panes++;
      }
    }
    expect(panes).toBeGreaterThan(100);
  });
});
