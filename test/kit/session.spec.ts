import { describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME } from '#domain';
import { type StreamNumbers, type WireRecord, numbersOf } from './oracle/index.js';
import { IN_BOUND, NASTY, SESSION_RATES, type SessionProfile, randomSession } from './session.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const sessions = (profile: SessionProfile): WireRecord[][] =>
  SEEDS.map((seed) => randomSession(seed, profile, DEFAULT_EVENT_TIME));
const numbers = (profile: SessionProfile): StreamNumbers[] =>
  sessions(profile).flatMap((log) => [...numbersOf(log, DEFAULT_EVENT_TIME, SESSION_RATES).values()]);

/** How often each case came up. */
const cases = (streams: readonly StreamNumbers[]): Record<string, number> => {
  const count = (of: (numbers: StreamNumbers) => number): number => streams.reduce((sum, n) => sum + of(n), 0);
  const visits = (how: (visit: StreamNumbers['visits'][number]) => boolean) =>
    count((n) => n.visits.filter((visit) => how(visit)).length);
  const panes = (how: (pane: StreamNumbers['panes'][number]) => boolean) => count((n) => n.panes.filter(how).length);
  return {
    streams: streams.length,
    events: count((n) => n.events.length),
    panes: panes(() => true),
    late: count((n) => n.late),
    ...Object.fromEntries(
      Object.keys(streams[0]!.ignored).map((reason) => [reason, count((n) => n.ignored[reason as 'duplicate'])]),
    ),
    reopened: count((n) => n.spans.length - 1),
    visits_left: visits(({ ended }) => ended === 'leave'),
    visits_timed_out: visits(({ ended }) => ended === 'timeout'),
    visits_censored: visits(({ ended }) => ended === 'censored'),
    visits_of_no_length: visits(({ from, to }) => from === to),
    visits_from_heartbeat: visits(({ source }) => source === 'other'),
    panes_inferred: panes(({ quality }) => quality === 'inferred'),
    panes_reported: panes(({ quality }) => quality === 'reported'),
    other_money: panes(({ other_money }) => 'EUR' in other_money),
    converted: count((n) => n.lines.filter((line) => line.currency !== n.currency && line.money !== null).length),
    refunds_again: count((n) => n.lines.filter((l) => l.type === 'order_refunded' && !l.firstOfLine).length),
    lines_of_one_order: count((n) => n.lines.filter((line) => !line.firstOfOrder && line.firstOfLine).length),
    presentations: count((n) => n.presentations.length),
    presentations_again: count((n) => n.presentations.filter(({ ordinal }) => ordinal > 1).length),
  };
};

describe('random sessions', () => {
  it('hit every case that events.md names', () => {
    const hit = cases(numbers(NASTY));
    console.info('cases in', SEEDS.length, 'nasty sessions', hit);
    for (const [name, times] of Object.entries(hit)) expect([name, times >= 5]).toEqual([name, true]);
  });

  it('are the same for the same seed', () => {
    expect(randomSession(7, NASTY, DEFAULT_EVENT_TIME)).toEqual(randomSession(7, NASTY, DEFAULT_EVENT_TIME));
  });

  it('within the out-of-order bound hold nothing late but repeated heartbeats, which no memory catches', () => {
    const late = numbers(IN_BOUND).flatMap(({ events }) => events.filter(({ lateness }) => lateness === 'late'));
    expect(late.filter(({ event }) => event.type !== 'heartbeat')).toEqual([]);
  });
});
