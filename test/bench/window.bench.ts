import { concatMap, from, groupBy, mergeMap, reduce } from 'rxjs';
import { DEFAULT_EVENT_TIME, type LogRecord, type RecordBatch } from '#domain';
import { createDecoder, createPseudonymiser } from '#decode';
import type { WireEvent } from '#simulate';
import { step, type WindowState } from '#window';
import { compare, type Bench } from './bench.js';
import { addToNaivePane, emptyNaivePane, type NaivePane } from './naive-panes.js';
import { NaiveStream } from './naive-same-figures.js';
import { EVENTS_PER_BODY, eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 20_000 };
const ROUNDS = { full: 7, short: 1 };
/** Long after the session: an import. */
const APPEND_TS = Date.UTC(2026, 5, 1);

/**
 * Question: what do final panes cost, with presence and distinct viewers, against what anyone would first write in RxJS?
 * Subject: `step` over batches of decoded records. Baseline: the same events, with ready viewer strings, through
 * `groupBy` by stream and second and one `reduce` a group, in order and without duplicates to look for, late events to
 * correct, tenure, time-outs or sliding windows. `window.same_figures` is held against RxJS code that gives the same
 * figures the plain way: duplicates dropped, presence with time-outs and tenure by source, distinct viewers of the last 10,
 * 60 and 300 s; what comes late, corrections, orders counted once and snapshots it still does without.
 */
export const run: Bench = async (size) => {
  const events = eventsOfRooms(EVENTS[size]);
  const batches = batchesOf(events);
  const naive = (): number => {
    const panes: NaivePane[] = [];
    from(events)
      .pipe(
        groupBy(({ stream_id, ts }) => `${stream_id}|${Math.floor(ts / 1000)}`),
        mergeMap((group) => group.pipe(reduce(addToNaivePane, emptyNaivePane()))),
      )
      .subscribe((pane) => panes.push(pane));
    return panes.length === 0 ? 0 : events.length;
  };
  const stepped = (): number => {
    const state: WindowState = new Map();
    let panes = 0;
    for (const batch of batches) {
      for (const { moments } of step(state, batch, { settings: DEFAULT_EVENT_TIME, rates: {} }).streams)
        panes += moments.length;
    }
    return panes === 0 ? 0 : events.length;
  };
  const sameFigures = (): number => {
    let panes = 0;
    from(events)
      .pipe(
        groupBy(({ stream_id }) => stream_id),
        mergeMap((group) => {
          const stream = new NaiveStream();
          return group.pipe(concatMap((event) => stream.take(event)));
        }),
      )
      .subscribe(() => panes++);
    return panes === 0 ? 0 : events.length;
  };
  const rounds = ROUNDS[size];
  const unit = 'events/s';
  const goal = { ratio_min: 4 };
  const naiveCounts = { name: 'naive RxJS: groupBy and reduce', round: naive };
  const naiveFigures = { name: 'naive RxJS with the same figures', round: sameFigures };
  return [
    await compare('window', naiveCounts, { round: stepped }, { rounds, unit, goal }),
    await compare('window.same_figures', naiveFigures, { round: stepped }, { rounds, unit }),
  ];
};

const batchesOf = (events: readonly WireEvent[]): RecordBatch[] => {
  const pseudonymise = createPseudonymiser('a key of the bench');
  const decoder = createDecoder({ pseudonymise, maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs });
  const records = events.map((event, position): LogRecord => {
    const bytes = Buffer.from(JSON.stringify(event));
    const decoded = decoder.decode(bytes, 0, bytes.length, APPEND_TS);
    if (!decoded.ok) throw new Error(decoded.detail);
    return { input: 'journal', position, append_ts: APPEND_TS, body: decoded.event };
  });
  const batches: RecordBatch[] = [];
  for (let at = 0; at < records.length; at += EVENTS_PER_BODY)
    batches.push({ records: records.slice(at, at + EVENTS_PER_BODY) });
  return batches;
};
