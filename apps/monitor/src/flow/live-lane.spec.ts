import { expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME, type LogRecord, type ReadEvent } from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import type { RestPlace, SnapshotPart } from '#ingest';
import { createLogger } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import { LiveLane, type LaneParts } from './live-lane.js';
import { dropRoom, type RoomState } from './room-state.js';

const T0 = 1_760_000_000_000;
let position = 0;
const danmaku = (stream_id: string, s: number): LogRecord => ({
  ...{ input: 'danmaku/0', position: position++, append_ts: T0 + 1000 * s },
  body: {
    ...{ type: 'danmaku', stream_id, event_id: `e${position}`, ts: T0 + 1000 * s, text: '好' },
    ...{ viewer: { hi: 1, lo: 1 }, source: undefined },
  },
});

const nowhere = { newest: () => Promise.resolve(null), write: () => Promise.resolve() };
const noWriter = { writeEvents() {}, writePanes() {}, writeVisits() {}, writePresentations() {}, writeStreams() {} };

/** A lane over an archive that is asked by place, and a writer that notes what it is asked to. */
const openLane = (
  fetch: (place: RestPlace) => SnapshotPart<RoomState> | null,
  writer: Partial<StoreWriter> = {},
): Promise<LiveLane> => {
  const archive = {
    save: () => Promise.resolve(null),
    load: () => null,
    fetch: (place: RestPlace) => Promise.resolve(fetch(place)),
  };
  const parts: LaneParts = {
    home: {
      open: () => Promise.resolve({ epoch: 1, snapshots: nowhere, archive }),
      source: { release: () => Promise.resolve() },
    },
    window: { settings: DEFAULT_EVENT_TIME, rates: {} },
    detector: createDetector(DEFAULT_CONTEXT),
    writer: { ...noWriter, ...writer } as Partial<StoreWriter> as StoreWriter,
    reader: {} as StoreReader,
    clock: { now: () => T0 },
    log: createLogger('silent'),
    outputsSafe: () => Promise.resolve(),
    push: () => undefined,
    rests: () => undefined,
    wakes: () => undefined,
    readAgain: () => undefined,
    crash: (error) => {
      throw error;
    },
  };
  return LiveLane.open('0', parts);
};

it('a room that goes to rest while another of the batch comes back, comes back too', async () => {
  const resting = new Map<RestPlace, SnapshotPart<RoomState>>();
  let meanwhile: () => void = () => undefined;
  const lane = await openLane((place) => {
    meanwhile();
    return resting.get(place)!;
  });
  const { state } = lane;
  lane.batches.next({ lane: '0', records: ['first', 'second'].map((id) => danmaku(id, 0)) });
  const rest = (stream_id: string): void => {
    const place: RestPlace = [resting.size];
    const room = {
      window: state.streams.get(stream_id)!,
      live: state.live.get(stream_id)!,
      detector: state.detectors.get(stream_id)!,
    };
    resting.set(place, { stream_id, positions: new Map(), state: room });
    state.resting.set(stream_id, place);
    dropRoom(state, stream_id);
  };
  rest('second');
  meanwhile = () => {
    meanwhile = () => undefined;
    rest('first');
  };
  const batch = { lane: '0', records: ['first', 'second'].map((id) => danmaku(id, 5)) };
  await lane.wake(batch);
  lane.batches.next(batch);
  expect([...state.streams.values()].map(({ stream_id, first_ts }) => [stream_id, first_ts])).toEqual([
    ['second', T0],
    ['first', T0],
  ]);
});

// Topics that are kept for a week lost the rests of older sessions, and one record of such a session ended every owner of its lane.
it('what comes of a room that is found nowhere any more is too late, begins nothing, and the others go on', async () => {
  const events: ReadEvent[] = [];
  const streams: string[] = [];
  const lane = await openLane(() => null, {
    writeEvents: (read) => void events.push(...read),
    writeStreams: (written) => void streams.push(...written.map(({ stream_id }) => stream_id)),
  });
  const { state } = lane;
  state.resting.set('gone', [0]);
  for (const s of [0, 5]) {
    const batch = { lane: '0', records: ['gone', 'other'].map((id) => danmaku(id, s)) };
    await lane.wake(batch);
    lane.batches.next(batch);
  }
  expect(events.map(({ event, lateness }) => [event.stream_id, lateness])).toEqual([
    ['gone', 'too_late'],
    ['other', 'on_time'],
    ['gone', 'too_late'],
    ['other', 'on_time'],
  ]);
  expect(streams).toEqual(['other', 'other']);
  expect([...state.streams.keys()]).toEqual(['other']);
  expect([...state.resting.keys()]).toEqual(['gone']);
  expect(state.positions.get('danmaku/0')).toBe(position);
});
