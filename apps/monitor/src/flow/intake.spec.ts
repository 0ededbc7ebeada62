import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_EVENT_TIME, type DeadLetter, type LogRecord } from '#domain';
import { createDecoder, createPseudonymiser } from '#decode';
import { Journal } from '#ingest';
import { createMeters } from '#observe';
import { windowed, type WindowState } from '#window';
import { EVENTS_MAX, Intake } from './intake.js';

const NOW = 1_760_000_000_000;
const EVERY_ROOM = (_stream_id: string): boolean => true;

const wire = (event_id: string, stream_id = 'room', ts = NOW): string =>
  JSON.stringify({ type: 'danmaku', event_id, stream_id, ts, viewer_id: 'ann', text: '好' });
const body = (...lines: string[]): Buffer => Buffer.from(lines.join('\n'));

let directory: string;
let journal: Journal;
let intake: Intake;
let streams: WindowState;
let log: LogRecord[];
let letters: DeadLetter[];
let behind: boolean;
let now: number;

/** A real journal and the real window behind the door. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallylight-intake-'));
  [now, behind, log, letters, streams] = [NOW, false, [], [], new Map()];
  const clock = { now: () => now };
  const duplicates = new Map<number, number>();
  journal = await Journal.open(directory, { fsync: false, segmentBytesMax: 1 << 20 }, clock);
  journal.batches$.pipe(windowed(streams, { settings: DEFAULT_EVENT_TIME, rates: {} })).subscribe((step) => {
    log.push(...step.batch.records);
    duplicates.set(step.batch.records[0]!.position, step.duplicates);
  });
  await journal.start(new Map(), () => Promise.resolve());
  intake = new Intake({
    decoder: createDecoder({
      pseudonymise: createPseudonymiser('a key for the intake under test'),
      maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
    }),
    log: journal,
    note: (records) => journal.note(records),
    largestTs: (stream_id) => streams.get(stream_id)?.largest_ts,
    clock,
    behind: () => behind,
    duplicatesAt: (position) => duplicates.get(position) ?? 0,
    keepDeadLetters: (more) => letters.push(...more),
    meters: createMeters(),
  });
});
afterEach(async () => {
  await journal.stop();
  rmSync(directory, { recursive: true });
});

const post = (bytes: Buffer, mayWrite = EVERY_ROOM, format: 'ndjson' | 'json_array' = 'ndjson') =>
  intake.post(bytes, format, mayWrite, 'http:test');
const idsInLog = (): string[] => log.map((record) => (record.body as { event_id: string }).event_id);

describe('what is posted', () => {
  it('is in the log and applied when it is answered', async () => {
    expect(await post(body(wire('a'), '', wire('b')))).toEqual({
      kind: 'durable',
      answer: { accepted: 2, duplicates: 0, rejected: [] },
    });
    expect(idsInLog()).toEqual(['a', 'b']);
    expect(streams.get('room')!.applied).toBe(2);
  });

  it('adds up: accepted, duplicates and rejected are all that was sent', async () => {
    await post(body(wire('a')));
    const outcome = await post(body(wire('a'), wire('b'), 'no json', wire('c', 'room', NOW + 3_600_000), wire('b')));
    expect(outcome).toMatchObject({
      answer: {
        accepted: 1,
        duplicates: 2,
        rejected: [
          { index: 2, reason: 'not_json' },
          { index: 3, event_id: 'c', reason: 'future_ts' },
        ],
      },
    });
  });

  it('and rejected is kept as a dead letter without its viewer id', async () => {
    await post(body(wire('a', 'room', NOW + 3_600_000)));
    expect(letters).toMatchObject([{ reason: 'future_ts', origin: 'http:test', received_at: NOW }]);
    expect(letters[0]!.bytes).not.toContain('ann');
  });

  it('at the same time stands in the log body by body, append times growing', async () => {
    const bodies = Array.from({ length: 20 }, (_, n) => body(wire(`${n}.0`), wire(`${n}.1`)));
    const answers = await Promise.all(
      bodies.map((each, n) => {
        now = NOW + (n % 3);
        return post(each);
      }),
    );
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['durable']));
    expect(idsInLog()).toEqual(bodies.flatMap((_, n) => [`${n}.0`, `${n}.1`]));
    const appendTimes = log.map(({ append_ts }) => append_ts);
    expect(appendTimes).toEqual([...appendTimes].sort((a, b) => a - b));
  });
});

describe('nothing is half taken', () => {
  it.each([
    ['the store is behind', 'overloaded', () => ((behind = true), post(body(wire('a'))))],
    [
      'one event is of a room that the token may not write',
      'forbidden',
      () => post(body(wire('a'), wire('b', 'other')), (room) => room === 'room'),
    ],
    ['it is no JSON array', 'bad_body', () => post(body('{}'), EVERY_ROOM, 'json_array')],
    ['an element of it is no JSON', 'bad_body', () => post(body(`[${wire('a')},nonsense]`), EVERY_ROOM, 'json_array')],
    ['it has too many events', 'too_large', () => post(body(...new Array<string>(EVENTS_MAX + 1).fill('{}')))],
  ])('where %s', async (_why, kind, act) => {
    expect(await act()).toMatchObject({ kind });
    expect(log).toEqual([]);
    expect(letters).toEqual([]);
  });

  it('where bodies at work fill the memory set aside for them; the same body is taken once there is room', async () => {
    const huge = Buffer.concat([body(wire('huge')), Buffer.alloc(60 << 20, '\n')]);
    const [first, second] = await Promise.all([post(huge), post(Buffer.concat([body(wire('b')), huge]))]);
    expect([first.kind, second.kind]).toEqual(['durable', 'overloaded']);
    expect(idsInLog()).toEqual(['huge']);
    expect(await post(body(wire('b')))).toMatchObject({ kind: 'durable', answer: { accepted: 1 } });
  });
});

describe('a refusal', () => {
  it('holds nobody up who comes after', async () => {
    const refused = post(body(wire('a', 'other')), (room) => room === 'room');
    const taken = post(body(wire('b')));
    expect((await refused).kind).toBe('forbidden');
    expect((await taken).kind).toBe('durable');
  });
});

describe('an operator', () => {
  it('cues now; in a recording, where the recording stands', async () => {
    await post(body(wire('a'), wire('b', 'old', NOW - 86_400_000)));
    await intake.cue('room', { type: 'script_cue', label: 'closing' }, 'a producer');
    await intake.cue('old', { type: 'item_presented', item_id: 'tea' }, 'a producer');
    const [now, then] = log.slice(2).map((record) => record.body);
    expect(now).toMatchObject({ type: 'script_cue', ts: NOW, label: 'closing' });
    expect(then).toMatchObject({ type: 'item_presented', ts: NOW - 86_400_000, item_id: 'tea' });
  });

  it('closes streams through the log, those that are known and open, one millisecond after their last event', async () => {
    await post(body(wire('a')));
    await intake.close(['room', 'never heard of']);
    await intake.close(['room']);
    expect(log.slice(1).map((record) => record.body)).toEqual(
      ['room', 'never heard of', 'room'].map((stream_id) => ({ kind: 'stream_closed', stream_id, ended_at: null })),
    );
    expect(streams.get('room')).toMatchObject({ closed: true, ended_at: NOW + 1 });
    expect(streams.has('never heard of')).toBe(false);
  });
});
