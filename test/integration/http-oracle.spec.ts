import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_EVENT_TIME } from '#domain';
import { type OraclePane, type StreamNumbers, type WireRecord, numbersOf } from '../kit/oracle/index.js';
import { NASTY, SESSION_RATES, type SessionProfile, randomSession } from '../kit/session.js';
import { type StreamAnswers, answersOf } from '../simulation/crash-answers.js';
import { CrashMonitor } from '../simulation/crash-monitor.js';

/**
 * Every stream ends, for over HTTP a stream without an end stays open; all is appended at once, long after. No clock runs
 * ahead, for with append times that hold nothing back it would make the end itself late.
 */
const PROFILE: SessionProfile = { ...NASTY, ended: 1, reopened: 0, imported: 1, ahead: 0 };
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

const monitor = new CrashMonitor();
beforeAll(() => monitor.start(), 90_000);
afterAll(() => monitor.discard());

/** The session under stream ids of its own, with the closings that the oracle is told and the monitor decides itself. */
const sessionOf = (seed: number): WireRecord[] =>
  randomSession(seed, PROFILE, DEFAULT_EVENT_TIME).map((record) => {
    const named = <T extends { stream_id: string }>(of: T): T => ({ ...of, stream_id: `${seed}-${of.stream_id}` });
    return 'event' in record ? { ...record, event: named(record.event) } : { ...record, closed: named(record.closed) };
  });

/** Numbers, `null`s and lists of numbers under the same names, equal but for the last digits of a division. */
const expectFigures = (where: string, got: Record<string, unknown>, wanted: Record<string, unknown>): void => {
  for (const [name, value] of Object.entries(wanted)) {
    const seen = got[name];
    if (typeof value === 'number' && typeof seen === 'number' && !Number.isInteger(value))
      expect([where, name, seen / value]).toEqual([where, name, expect.closeTo(1, 12)]);
    else expect([where, name, seen]).toEqual([where, name, value]);
  }
};

/** In the oracle's words only: REST has the last and largest `online`, and what is inferred is not defined. */
const without = (figures: Record<string, unknown>, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(figures).filter(([name]) => !names.includes(name)));
const NOT_SHOWN = ['panes', 'online_last', 'interactors', 'exposed', 'clickers', 'orderers', 'buyers'];

const shownPane = (pane: OraclePane): Record<string, unknown> => {
  const { viewer_ms, ...rest } = pane;
  const shown = without(rest, 'stream_id', 'quality', 'by_item', 'by_source', 'other_money');
  if (pane.quality === 'reported')
    return without(shown, 'enters', 'leaves', 'timeouts', 'censored', 'at_risk', 'leaves_by_tenure');
  return { ...shown, viewer_seconds: viewer_ms / 1000 };
};

const compare = (answers: StreamAnswers, numbers: StreamNumbers): void => {
  const { stream_id } = numbers;
  const inferred = numbers.panes.some(({ quality }) => quality === 'inferred');
  expectFigures(stream_id, answers.stream, {
    ended_at: numbers.ended_at,
    started_at: numbers.started_at,
    currency: numbers.currency,
    ignored: numbers.ignored,
  });
  if (inferred) return;
  expect(answers.points.map(({ ts }) => ts)).toEqual(numbers.panes.map(({ ts }) => ts));
  for (const [i, pane] of numbers.panes.entries())
    expectFigures(`${stream_id} pane ${pane.ts}`, answers.points[i]!, shownPane(pane));
  expectFigures(stream_id, answers.stream, without(numbers.session, ...NOT_SHOWN));
  expect(answers.presentations.map((row) => row['presentation_id'])).toEqual(
    numbers.presentations.map((row) => row.presentation_id),
  );
  for (const [i, { figures, presentation_id, ...cut }] of numbers.presentations.entries())
    expectFigures(presentation_id, answers.presentations[i]!, {
      ...cut,
      ...without(figures, 'visit_avg_s', ...NOT_SHOWN),
    });
};

describe('the whole program against the oracle', () => {
  it.each(SEEDS)(
    'shows the numbers of what was posted (seed %i)',
    async (seed) => {
      const log = sessionOf(seed);
      const lines = log.flatMap((record) => ('event' in record ? [JSON.stringify(record.event)] : []));
      const posted = await monitor.post(lines);
      expect(posted).toMatchObject({ kind: 'taken', rejected: [] });
      for (const numbers of numbersOf(log, DEFAULT_EVENT_TIME, SESSION_RATES).values())
        compare(await answersOf(monitor, numbers.stream_id), numbers);
    },
    120_000,
  );
});
