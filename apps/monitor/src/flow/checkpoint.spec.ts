import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_EVENT_TIME, isMonitorRecord, type LiveEvent, type LogRecord, type MonitorRecord } from '#domain';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { Archive, Journal, readSnapshot, snapshotBytes, Snapshots, type SnapshotStore } from '#ingest';
import type { StoreWriter } from '#store';
import { asLogRecords } from '../../../../test/kit/log-records.js';
import { Random } from '../../../../test/kit/random.js';
import { NASTY, randomBatches, randomSession, SESSION_RATES, withEnds } from '../../../../test/kit/session.js';
import { Checkpoint } from './checkpoint.js';
import { livePipeline } from './live-pipeline.js';
import { emptyFlowState, type RoomState } from './room-state.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const BATCH_RECORDS_MAX = 8;

/** What a reader of the store and of the alert log would find: of each key the row of the largest revision. */
class Kept {
  readonly rows = new Map<string, { revision: number; row: unknown }>();
  readonly events = new Map<number, unknown>();
  readonly alerts = new Map<string, unknown>();

  keep(key: string, row: { revision: number }): void {
    const before = this.rows.get(key);
    if (before !== undefined && before.revision > row.revision) return;
    this.rows.set(key, structuredClone({ revision: row.revision, row }));
  }

  /** The store's front, as far as the flow uses it. */
  readonly writer = {
    writeEvents: (events) => events.forEach((event) => this.events.set(event.position, structuredClone(event))),
    writePanes: (panes) => panes.forEach((pane) => this.keep(`pane ${pane.stream_id} ${pane.ts}`, pane)),
    writeVisits: (visits) =>
      visits.forEach((visit) =>
        this.keep(`visit ${visit.stream_id} ${visit.viewer.hi} ${visit.viewer.lo} ${visit.from}`, visit),
      ),
    writePresentations: (all) => all.forEach((each) => this.keep(`presentation ${each.presentation_id}`, each)),
    writeStreams: (streams) => streams.forEach((stream) => this.keep(`stream ${stream.stream_id}`, stream)),
  } satisfies Partial<StoreWriter> as Partial<StoreWriter> as StoreWriter;
}

/** Remembers a snapshot as bytes, to which what changed is added. */
class GrowingSnapshot implements SnapshotStore<RoomState> {
  private bytes = Buffer.alloc(0);
  added = 0;

  async write(...[head, { all, since }, safe]: Parameters<SnapshotStore<RoomState>['write']>): Promise<void> {
    const isWhole = since === null;
    const pieces: Buffer[] = isWhole ? [] : [this.bytes];
    const given = isWhole
      ? snapshotBytes(head, all())
      : snapshotBytes({ ...head, dropped: since.dropped }, since.parts());
    for (const piece of given) {
      pieces.push(piece);
      // Records go on coming in between.
      await Promise.resolve();
    }
    await safe();
    this.bytes = Buffer.concat(pieces);
    if (!isWhole) this.added++;
  }

  newest(): ReturnType<SnapshotStore<RoomState>['newest']> {
    return Promise.resolve(readSnapshot(this.bytes));
  }
}

let directory: string;
let now: number;
const clock = { now: () => now };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallylight-checkpoint-'));
  now = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A flow on what is in the folder, caught up with its log; `early` happens before any of the log is read. */
const startFlow = async (
  kept: Kept,
  kind?: SnapshotStore<RoomState>,
  early: (checkpoint: Checkpoint) => Promise<void> = () => Promise.resolve(),
) => {
  const archive = new Archive<RoomState>(join(directory, 'archive'));
  const journal = await Journal.open(join(directory, 'journal'), { fsync: false, segmentBytesMax: 4_096 }, clock);
  const state = emptyFlowState(archive);
  const detector = createDetector(DEFAULT_CONTEXT);
  const snapshots = kind ?? new Snapshots<RoomState>(join(directory, 'snapshots'));
  const checkpoint = new Checkpoint(state, detector, snapshots, () => Promise.resolve(), journal, archive, clock);
  const window = { settings: DEFAULT_EVENT_TIME, rates: SESSION_RATES };
  livePipeline(journal.batches$, { state, window, detector, writer: kept.writer }).subscribe(({ streams }) => {
    for (const alert of streams.flatMap(({ decisions }) => decisions))
      kept.alerts.set(`${alert.alert_id} ${alert.status} ${alert.updated_at}`, structuredClone(alert));
  });
  const from = await checkpoint.restore();
  await early(checkpoint);
  await journal.start(from, () => Promise.resolve());
  state.seen.clear();
  return { checkpoint, journal, state };
};

/** Takes records in as the door does: events in one append, the monitor's own as a note. */
const take = async (journal: Journal, records: readonly LogRecord[]): Promise<void> => {
  const [events, notes]: [LiveEvent[], MonitorRecord[]] = [[], []];
  for (const { body, append_ts } of records) {
    if (isMonitorRecord(body)) notes.push(body);
    else {
      events.push(body);
      now = Math.max(now, append_ts);
    }
  }
  await journal.append(events);
  now = Math.max(now, ...records.map(({ append_ts }) => append_ts));
  await journal.note(notes);
};

describe('a flow that is killed between its checkpoints', () => {
  let added = 0;
  afterAll(() => expect(added).toBeGreaterThan(10));

  const kinds = { 'written whole': () => undefined, 'that grow': () => new GrowingSnapshot() };
  const cases = SEEDS.flatMap((seed) => Object.entries(kinds).map(([name, make]) => [name, seed, make] as const));
  it.each(cases)('ends as one that was not, on snapshots %s (seed %i)', async (_name, seed, make) => {
    const store = make();
    const log = asLogRecords(withEnds(randomSession(seed, NASTY, DEFAULT_EVENT_TIME)));
    const batches = randomBatches(new Random(seed), log, BATCH_RECORDS_MAX);

    const calm = new Kept();
    const whole = await startFlow(calm);
    for (const batch of batches) await take(whole.journal, batch);
    await whole.journal.stop();
    rmSync(directory, { recursive: true });
    now = 0;

    const killed = new Kept();
    const random = new Random(seed);
    let flow = await startFlow(killed, store);
    let underWay: Promise<void> = Promise.resolve();
    for (const batch of batches) {
      await take(flow.journal, batch);
      // Not waited for: rooms are serialised one by one while records go on coming.
      if (random.chance(0.4)) underWay = flow.checkpoint.take();
      if (random.chance(0.1)) {
        await underWay;
        await flow.journal.stop();
        flow = await startFlow(killed, store);
      }
    }
    await underWay;
    await flow.journal.stop();

    if (store !== undefined) added += store.added;
    expect(calm.rows.size).toBeGreaterThan(10);
    expect(killed.events).toEqual(calm.events);
    expect(killed.alerts).toEqual(calm.alerts);
    expect(killed.rows).toEqual(calm.rows);
  });
});

describe('a checkpoint', () => {
  it('of a flow that read nothing since the last one writes nothing', async () => {
    const flow = await startFlow(new Kept());
    await take(flow.journal, asLogRecords(randomSession(1, NASTY, DEFAULT_EVENT_TIME)).slice(0, 5));
    await flow.checkpoint.take();
    const snapshots = new Snapshots<RoomState>(join(directory, 'snapshots'));
    const first = await snapshots.newest();
    await flow.checkpoint.take();
    expect(await snapshots.newest()).toEqual(first);
    await flow.journal.stop();
  });

  it('that is taken before the flow has caught up keeps where each room stands, which may be ahead', async () => {
    const session = asLogRecords(randomSession(3, NASTY, DEFAULT_EVENT_TIME));
    const log = session.filter(({ body }) => !isMonitorRecord(body) && body.type !== 'stream_ended');
    const flow = await startFlow(new Kept());
    await take(flow.journal, log.slice(0, log.length / 2));
    const early = new Map(flow.state.positions);
    await take(flow.journal, log.slice(log.length / 2));
    const counts = ({ state }: typeof flow) => [...state.streams.values()].map(({ ignored }) => ({ ...ignored }));
    const expected = counts(flow);
    const snapshots = new Snapshots<RoomState>(join(directory, 'snapshots'));
    // Rooms are taken while the flow goes on: these saw all of the log, and reading goes on in its middle.
    await flow.checkpoint.take();
    const { parts } = (await snapshots.newest())!;
    await snapshots.write({ positions: early, resting: new Map() }, { all: () => parts, since: null }, () =>
      Promise.resolve(),
    );
    await flow.journal.stop();

    const twice = await startFlow(new Kept(), undefined, (checkpoint) => checkpoint.take());
    await twice.journal.stop();
    const again = await startFlow(new Kept());
    expect(parts.length).toBeGreaterThan(0);
    expect(counts(again)).toEqual(expected);
    await again.journal.stop();
  });

  it('puts rooms to rest that ended a while ago, and a late record wakes them as they were', async () => {
    const log = asLogRecords(withEnds(randomSession(7, NASTY, DEFAULT_EVENT_TIME)));
    const flow = await startFlow(new Kept());
    await take(flow.journal, log);
    const rooms = [...flow.state.streams.keys()];
    const before = structuredClone(flow.state.streams.get(rooms[0]!));
    now += 3_600_000;
    await flow.checkpoint.take();
    expect(rooms.length).toBeGreaterThan(0);
    expect([...flow.state.streams.keys()]).toEqual([]);
    expect(flow.state.streams.get(rooms[0]!)).toEqual(before);
    await flow.journal.stop();
  });
});
