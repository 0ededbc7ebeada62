import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_EVENT_TIME,
  type AlertDecision,
  type EventType,
  type InputReading,
  type LiveEvent,
  type LogRecord,
  type MonitorRecord,
} from '#domain';
import { DEFAULT_RULES, rulesWith, type DetectRules } from '#detect';
import { Random } from '../../../../test/kit/random.js';
import { due, step, type StreamState } from '#window';
import { Agenda } from './agenda.js';
import { MonitorWatch } from './monitor-watch.js';
import { takeTurn } from './turn.js';

const SECONDS = 1_500;
const SETTINGS = { ...DEFAULT_EVENT_TIME, idleInputMs: 10_000, streamIdleEndMs: 90_000 };
const T0 = 1_760_000_040_000;
const INPUTS = ['view/0', 'order/0'];

/** What happens in one second. */
interface Second {
  /** Streams that something comes of, on which input, and what. */
  events: [stream: number, input: number, type: EventType][];
  lag_ms: number;
  /** By input: is it read to its end, and how far are its records' stamps ahead of the clock, ms? */
  at_end: boolean[];
  ahead_ms: number;
  /** Rules of all streams from now on. */
  rules: DetectRules | null;
}

const RULES = [
  DEFAULT_RULES,
  rulesWith(DEFAULT_RULES, { feed_silent: { silent_view_s: 20 }, data_stale: { log_lag_s: 5 } }),
  rulesWith(DEFAULT_RULES, { feed_silent: { enabled: false }, data_stale: { enabled: false } }),
];
/** Feeds that a room may have for a while, one of which may fall silent while another goes on. */
const TYPES: EventType[][] = [['enter'], ['danmaku'], ['enter', 'danmaku'], ['enter', 'danmaku', 'order_paid']];

/** Rooms that are busy, sparse or silent in turns, and end; lag, inputs that are behind and rules that change, now and then. */
const schedule = (random: Random): Second[] => {
  const seconds: Second[] = [];
  let ended = 0;
  while (seconds.length < SECONDS) {
    const lag_ms = random.chance(0.2) ? random.pick([6_000, 12_000, 40_000]) : 0;
    const at_end = [!random.chance(0.1), !random.chance(0.1)];
    const rooms = Array.from({ length: 5 }, (_, n) => ({
      ...{ stream: ended + n, rate: random.pick([0, 0.02, 0.1, 0.7]), types: random.pick(TYPES) },
    }));
    for (let left = random.whole(20, 150); left > 0; left--) {
      const events = rooms
        .filter(({ rate }) => random.chance(rate))
        .map(({ stream, types }): Second['events'][number] => {
          const type = random.pick(types);
          return [stream, type === 'order_paid' ? 1 : random.whole(0, 1), type];
        });
      seconds.push({ events, lag_ms, at_end, ahead_ms: random.whole(0, 900), rules: null });
    }
    seconds.at(-1)!.rules = random.chance(0.2) ? random.pick(RULES) : null;
    if (random.chance(0.2)) seconds.at(-1)!.events.push([ended++, 0, 'stream_ended']);
  }
  return seconds;
};

/** One process that lives through a schedule and looks either at everything or at what is on its agenda. */
class Process {
  readonly streams = new Map<string, StreamState>();
  readonly said: string[] = [];
  private readonly agenda = new Agenda(this.streams);
  private readonly alerts = new Map<string, AlertDecision>();
  private rules = DEFAULT_RULES;
  private readonly watch = new MonitorWatch(
    {
      openOf: (id) =>
        [...this.alerts.values()].filter((each) => each.stream_id === id && each.resolved_at === null) as never,
    },
    () => this.rules,
  );
  private position = 0;

  constructor(private readonly all: boolean) {}

  live({ events, lag_ms, at_end, ahead_ms, rules }: Second, now: number): void {
    this.read(
      events.map((each, n) => ({ input: INPUTS[each[1]]!, body: bodyOf(each, now - n, this.position + n) })),
      now,
    );
    if (rules !== null) {
      this.rules = rules;
      this.watch.rulesChanged();
      this.agenda.touchAll();
    }
    if (this.all) this.agenda.touchAll();
    const readings = new Map(
      INPUTS.map((input, i): [string, InputReading] => [
        input,
        { log_time: now - 50 + ahead_ms, at_end_since: at_end[i] === true ? T0 : null },
      ]),
    );
    const { stream_ids, decided } = takeTurn(this.agenda, this.watch, readings, now, lag_ms, SETTINGS);
    const records = due(this.agenda.present(stream_ids), readings, now, SETTINGS);
    for (const alert of decided) this.alerts.set(alert.alert_id, alert);
    const words = [...decided, ...records].map((each) => JSON.stringify(each)).sort();
    for (const word of words) this.said.push(`${now - T0} ${word}`);
    this.read(
      records.map((body) => ({ input: INPUTS[0]!, body })),
      now,
    );
  }

  private read(records: { input: string; body: LiveEvent | MonitorRecord }[], now: number): void {
    const batch: LogRecord[] = records.map((each) => ({ ...each, position: this.position++, append_ts: now }));
    this.agenda.touch(step(this.streams, { records: batch }, { settings: SETTINGS, rates: {} }).streams);
  }
}

const bodyOf = ([stream, , type]: Second['events'][number], ts: number, n: number): LiveEvent =>
  ({
    ...{ event_id: `e${n}`, stream_id: `room-${stream}`, ts, type, viewer: { hi: n % 7, lo: 1 }, text: '好' },
    ...(type === 'order_paid' ? { order_id: `o${n}`, item_id: 'tea', qty: 1, amount_minor: 1, currency: 'CNY' } : {}),
  }) as LiveEvent;

describe('a turn', () => {
  it('decides the same, in the same second, by looking at what is on the agenda as by looking at every stream', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [everything, agenda] = [new Process(true), new Process(false)];
        for (const [s, second] of schedule(new Random(seed)).entries())
          for (const process of [everything, agenda]) process.live(second, T0 + s * 1000);
        expect(agenda.said).toEqual(everything.said);
        for (const said of agenda.said) kinds.add(/"(?:kind|rule)":"(\w+)"/.exec(said)![1]!);
      }),
      { numRuns: 15 },
    );
    // All that the clock can decide came about, or nothing was shown.
    expect([...kinds].sort()).toEqual(['data_stale', 'feed_silent', 'input_set_aside', 'stream_closed']);
  });

  it('looks at no stream in which nothing happens', () => {
    const streams = new Map<string, StreamState>();
    const agenda = new Agenda(streams);
    const watch = new MonitorWatch({ openOf: () => [] }, () => DEFAULT_RULES);
    const stream = { stream_id: 'room', closed: false, late_end: null, ended_at: null, largest_ts: T0, heard: [T0] };
    streams.set('room', { ...stream, inputs: new Map([['view/0', { last_append_ts: T0 }]]) } as never);
    agenda.touchAll();
    const looked = (now: number): number =>
      takeTurn(agenda, watch, new Map(), now, 0, DEFAULT_EVENT_TIME).stream_ids.size;
    expect(looked(T0)).toBe(1);
    for (let s = 1; s < 1_800; s++) expect(looked(T0 + s * 1000)).toBe(0);
    expect(looked(T0 + 1_800_000)).toBe(1);
  });
});
