import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_EVENT_TIME,
  PANE_MS,
  shareIdOf,
  type LiveEvent,
  type LogRecord,
  type Moment,
  type MonitorRecord,
  type ShareTold,
} from '#domain';
import { due } from './due.js';
import { asksOf } from './shares.js';
import { isQuiet, tellingOf } from './share.js';
import { step, type StreamStep, type WindowState } from './step.js';

const T0 = 1_700_000_000_000;
const STREAM_ID = 'room';
const LANES = ['0', '1'];
const CONTEXT = { settings: DEFAULT_EVENT_TIME, rates: {}, lanesOf: () => LANES };

/** A lane by itself: what is appended to it takes effect at once. */
class Lane {
  readonly state: WindowState = new Map();
  private position = 0;

  constructor(readonly id: string) {}

  read(append_ts: number, ...bodies: (LiveEvent | MonitorRecord)[]): StreamStep[] {
    const records = bodies.map((body): LogRecord => {
      return { input: `view/${this.id}`, position: this.position++, append_ts, body };
    });
    return step(this.state, { records }, CONTEXT).streams;
  }

  /** Reads events of the share and answers what is to be told of them. */
  tell(append_ts: number, events: readonly (LiveEvent | MonitorRecord)[], quiet = false, epoch = 1): ShareTold[] {
    const [changed] = this.read(append_ts, ...events);
    const share = this.state.get(shareIdOf(STREAM_ID))!;
    return structuredClone(tellingOf(share, changed!, { stream_id: STREAM_ID, lane: this.id, epoch }, quiet));
  }
}

let ids = 0;
const event = (type: 'enter' | 'leave', s: number, viewer: number): LiveEvent =>
  ({
    ...{ type, event_id: `e${ids++}`, stream_id: shareIdOf(STREAM_ID), ts: T0 + 1000 * s },
    ...{ viewer: { hi: viewer, lo: viewer }, source: undefined, returning: undefined },
  }) as LiveEvent;
const ended = (s: number): LiveEvent => ({
  ...{ type: 'stream_ended', event_id: 'end', stream_id: STREAM_ID, ts: T0 + 1000 * s },
});
const at = (s: number): number => T0 + 1000 * s;
const onlineOf = (steps: readonly StreamStep[]): [number, number][] =>
  steps.flatMap(({ moments }) =>
    moments.map(({ pane }: Moment): [number, number] => [(pane.ts - T0) / PANE_MS, pane.online]),
  );

describe('a stream that is spread over lanes', () => {
  const [mine, other] = [() => new Lane('0'), () => new Lane('1')];

  it('makes a pane final when every lane has told it, and adds them up', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    expect(onlineOf(owner.read(at(9), ...a.tell(at(5), [event('enter', 0, 1), event('enter', 5, 2)])))).toEqual([]);
    const told = b.tell(at(4), [event('enter', 1, 3), event('enter', 4, 4)]);
    expect(onlineOf(owner.read(at(9), ...told))).toEqual([[0, 1], [1, 2]]); // prettier-ignore
  });

  it('counts once what is told twice, by whoever took the lane over', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...b.tell(at(6), [event('enter', 0, 3), event('enter', 6, 4)]));
    const told = a.tell(at(6), [event('enter', 0, 1), event('enter', 6, 2)]);
    const again = told.map((each) => ({ ...each, epoch: 2 }));
    const panes = onlineOf([...owner.read(at(9), ...told), ...owner.read(at(9), ...again)]);
    expect(panes).toEqual([[0, 2], [1, 2], [2, 2], [3, 2]]); // prettier-ignore
  });

  it('does not believe an older owner of a lane', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...b.tell(at(9), [event('enter', 0, 3), event('enter', 9, 4)]));
    const newer = a.tell(at(4), [event('enter', 0, 1), event('enter', 4, 2)], false, 2);
    owner.read(at(9), ...newer);
    const older = a.tell(at(9), [event('enter', 9, 5)], false, 1);
    expect(onlineOf(owner.read(at(9), ...older))).toEqual([]);
  });

  it('corrects a final pane by what one lane told of it anew', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...b.tell(at(6), [event('enter', 0, 3), event('enter', 6, 4)]));
    owner.read(at(9), ...a.tell(at(6), [event('enter', 0, 1), event('enter', 6, 2)]));
    const like = { ...event('enter', 1, 1), type: 'like', count: 7 } as LiveEvent;
    const [changed] = owner.read(at(9), ...a.tell(at(7), [like, event('enter', 7, 5)]));
    expect(changed!.corrected).toMatchObject([{ ts: at(1), likes: 7, online: 2 }]);
  });

  it('is not held up by a lane that is quiet with nobody there', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    const ask: MonitorRecord = {
      ...{ kind: 'share_asked', stream_id: shareIdOf(STREAM_ID), currency: null, ended_at: null, to: null },
    };
    owner.read(at(9), ...a.tell(at(5), [event('enter', 0, 1), event('enter', 5, 2)]));
    expect(onlineOf(owner.read(at(9), ...b.tell(at(9), [ask], true)))).toEqual([[0, 1], [1, 1], [2, 1]]); // prettier-ignore
  });

  it('is held up by a quiet lane that has read what it has not told, and asks it to go on', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...b.tell(at(9), [event('enter', 9, 3)], true));
    const before = onlineOf(owner.read(at(20), ...a.tell(at(20), [event('enter', 0, 1), event('enter', 20, 2)])));
    expect(before.at(-1)).toEqual([6, 1]);
    const asks = asksOf(owner.state.get(STREAM_ID)!);
    expect(asks).toMatchObject([{ lane: '1', ask: { to: at(18) } }]);
    const panes = onlineOf(owner.read(at(21), ...b.tell(at(21), [asks[0]!.ask], true)));
    expect(panes.at(-1)).toEqual([17, 2]);
  });

  it('asks a quiet lane with viewers to go on, who stay', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...b.tell(at(3), [event('enter', 0, 3), event('enter', 3, 4)], true));
    owner.read(at(20), ...a.tell(at(20), [event('enter', 0, 1), event('enter', 20, 2)]));
    const asks = asksOf(owner.state.get(STREAM_ID)!).filter(({ ask }) => ask.to !== null);
    expect(asks).toMatchObject([{ lane: '1', ask: { to: at(18) } }]);
    const panes = onlineOf(owner.read(at(21), ...b.tell(at(21), [asks[0]!.ask], true)));
    expect(panes.at(-1)).toEqual([17, 3]);
  });

  it('closes when every lane has closed its share at the end', () => {
    const [a, b, owner] = [mine(), other(), new Lane('owner')];
    owner.read(at(9), ...a.tell(at(9), [event('enter', 0, 1), event('enter', 9, 2)]));
    owner.read(at(9), ...b.tell(at(9), [event('enter', 0, 3), event('enter', 9, 4)]), ended(9.5));
    const close: MonitorRecord = { kind: 'stream_closed', stream_id: shareIdOf(STREAM_ID), ended_at: at(9.5) };
    const asks = asksOf(owner.state.get(STREAM_ID)!);
    expect(asks.map(({ lane, ask }) => [lane, ask.ended_at])).toEqual([['0', at(9.5)], ['1', at(9.5)]]); // prettier-ignore
    owner.read(at(13), ...a.tell(at(12), [asks[0]!.ask, close]));
    expect(owner.state.get(STREAM_ID)!.closed).toBe(false);
    const [last] = owner.read(at(13), ...b.tell(at(12), [asks[1]!.ask, close]));
    expect(last!.summary).toMatchObject({ status: 'ended', ended_at: at(9.5), online: 0 });
    expect(last!.moments.at(-1)!.pane).toMatchObject({ ts: at(9), censored: 4, online: 0 });
  });
});

it('a stream that is spread over lanes is not idle while what its shares told waits to be read', () => {
  const [a, b, owner] = [new Lane('0'), new Lane('1'), new Lane('owner')];
  for (const lane of [a, b]) owner.read(at(9), ...lane.tell(at(9), [event('enter', 0, 1)], true));
  const dueAfterAnHour = (at_end_since: number | null): MonitorRecord[] =>
    due(
      owner.state.values(),
      new Map([['control/0', { log_time: at(9), at_end_since }]]),
      at(3_600),
      DEFAULT_EVENT_TIME,
    );
  expect(dueAfterAnHour(null)).toEqual([]);
  expect(dueAfterAnHour(at(9))).toMatchObject([{ kind: 'stream_closed', stream_id: STREAM_ID }]);
});

describe('a share', () => {
  const readings = (log_time: number, at_end_since: number | null) => new Map([['view/0', { log_time, at_end_since }]]);

  it('is quiet when its log has gone on for long without it, and never while a backlog waits', () => {
    const lane = new Lane('0');
    lane.tell(at(1), [event('enter', 0, 1)]);
    const share = lane.state.get(shareIdOf(STREAM_ID))!;
    expect(isQuiet(share, readings(at(1), at(1)), at(5), DEFAULT_EVENT_TIME)).toBe(false);
    expect(isQuiet(share, readings(at(1), at(1)), at(11), DEFAULT_EVENT_TIME)).toBe(true);
    expect(isQuiet(share, readings(at(1), null), at(60), DEFAULT_EVENT_TIME)).toBe(false);
    expect(isQuiet(share, readings(at(12), null), at(60), DEFAULT_EVENT_TIME)).toBe(true);
    expect(isQuiet(share, new Map(), at(60), DEFAULT_EVENT_TIME)).toBe(false);
  });

  it('closes at the end it was asked for when what was on its way has come, though it was quiet for long itself', () => {
    const lane = new Lane('0');
    lane.tell(at(1), [event('enter', 0, 1)]);
    lane.read(at(60), {
      kind: 'share_asked',
      stream_id: shareIdOf(STREAM_ID),
      currency: null,
      ended_at: at(60),
      to: null,
    });
    const dueAt = (s: number): MonitorRecord[] =>
      due(lane.state.values(), readings(at(1), at(1)), at(s), DEFAULT_EVENT_TIME);
    const bound = DEFAULT_EVENT_TIME.outOfOrderMs / 1000;
    expect(dueAt(60 + bound - 0.001)).toEqual([]);
    expect(dueAt(60 + bound)).toMatchObject([{ kind: 'stream_closed', ended_at: at(60) }]);
  });

  it('tells much in parts, none of which stands further than its panes', () => {
    const lane = new Lane('0');
    const tellings = lane.tell(at(100), [event('enter', 0, 1), event('enter', 100, 2)]);
    expect(tellings.length).toBeGreaterThan(1);
    for (const { moments, standing } of tellings)
      expect(standing.watermark).toBeGreaterThanOrEqual(moments.at(-1)!.pane.ts);
    for (const { moments, standing } of tellings.slice(0, -1))
      expect(standing.watermark).toBeLessThanOrEqual(moments.at(-1)!.pane.ts + PANE_MS);
    expect(tellings.flatMap(({ moments }) => moments)).toHaveLength(98);
  });
});
