import {
  PANE_COUNTS,
  PANE_MS,
  TENURE_BANDS,
  type PresenceQuality,
  type StreamSummary,
  type WindowTotals,
} from '#domain';
import { mapInSlices } from './in-slices.js';

/** `[from, to)` in ms, both at pane starts. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Everything that may ever have happened. */
export const ALL_TIME: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

type Existence = Pick<StreamSummary, 'spans' | 'last_pane' | 'first_pane'>;

/** The panes of a stream that are final: from its first to the end of its last; `null` before the first is. */
export const paneRange = (stream: Existence): Range | null =>
  stream.last_pane === null ? null : { from: stream.first_pane, to: stream.last_pane + PANE_MS };

/** How many panes of the stream exist in the range, stored or not: a stream that was closed and went on has none between. */
export const panesIn = (stream: Existence, range: Range): number => {
  const known = paneRange(stream);
  if (known === null) return 0;
  let panes = 0;
  for (const span of stream.spans) {
    const from = Math.max(span.from, range.from, known.from);
    const to = Math.min(span.to ?? known.to, range.to, known.to);
    panes += Math.max(0, Math.ceil(to / PANE_MS) - Math.ceil(from / PANE_MS));
  }
  return panes;
};

/** The common part of two ranges; `null` where they have none. */
export const overlap = (a: Range, b: Range): Range | null => {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from < to ? { from, to } : null;
};

/** What a window reads as when no pane of it is stored: nobody did anything, and `online` is carried on. */
export const quietTotals = (panes: number, online: number | null): WindowTotals => ({
  ...(Object.fromEntries(PANE_COUNTS.map((count) => [count, 0])) as Record<(typeof PANE_COUNTS)[number], number>),
  panes,
  online_last: panes > 0 ? online : null,
  online_peak: panes > 0 ? online : null,
  at_risk: new Array<number>(TENURE_BANDS).fill(0),
  leaves_by_tenure: new Array<number>(TENURE_BANDS).fill(0),
  by_item: {},
  other_money: {},
  expected_leaves: null,
  leaves_where_expected: 0,
  presence_unknown: false,
});

/** One step of a range, by its start. */
export interface Step extends MergedPanes {
  readonly ts: number;
}

/** Panes of one step merged, and the quality of the least certain of them. */
export interface MergedPanes {
  readonly totals: WindowTotals;
  readonly quality: PresenceQuality;
}

/**
 * Every step of the range, in order, aligned to multiples of `step_ms`: what is stored of it, else a quiet one.
 * `onlineBefore` is that of the last pane before the range; `null` where there is none.
 */
export const fillSteps = (
  stream: Existence,
  range: Range,
  step_ms: number,
  stored: ReadonlyMap<number, MergedPanes>,
  onlineBefore: number | null,
  origin = 0,
): Promise<Step[]> => {
  const first = origin + Math.floor((range.from - origin) / step_ms) * step_ms;
  const starts = Array.from({ length: Math.ceil((range.to - first) / step_ms) }, (_, n) => first + n * step_ms);
  let online = onlineBefore;
  return mapInSlices(starts, (ts) => {
    const within = overlap({ from: ts, to: ts + step_ms }, range);
    const panes = within === null ? 0 : panesIn(stream, within);
    const found = stored.get(ts);
    if (found === undefined) return { ts, totals: quietTotals(panes, online), quality: 'final' };
    online = found.totals.online_last;
    return { ts, totals: { ...found.totals, panes }, quality: found.quality };
  });
};
