import { LIVE_WINDOWS_S, PANE_MS } from '#domain';
import type { Pane, WindowName, WindowTotals } from '#domain';
import { emptyTotals, sumCounts } from './merge.js';

const WINDOWS = Object.entries(LIVE_WINDOWS_S).map(([name, seconds]) => ({
  name: name as WindowName,
  span_ms: seconds * PANE_MS,
}));
const LONGEST_MS = Math.max(...WINDOWS.map(({ span_ms }) => span_ms));

/**
 * The sliding windows `[end − span, end)` over one stream's final panes: plain data, changed in place.
 * Law: {@link liveTotals} equals adding up, from nothing, the newest row of every pane in the window.
 *
 * What adds up is kept as running sums (integers, so taking away is exact); what does not (last and largest `online`,
 * what is known of presence) is read off the at most 300 stored panes when asked for: a microsecond, and no second truth.
 */
export interface LiveWindows {
  /** Start of the stream's first pane, ms; `null` before there is one. Nothing exists before it. */
  first: number | null;
  /** End of the newest final pane, ms. */
  end: number;
  /** Stored panes of the longest window, oldest first; the caller's own rows, which are never changed, only replaced. */
  panes: Pane[];
  /** The newest pane before those: what a gap at a window's start carries on. */
  before: Pick<Pane, 'ts' | 'online' | 'quality'> | null;
  sums: Record<WindowName, WindowTotals>;
}

/** Windows of a stream, or of a stream that was closed and goes on, before its first pane. */
export const emptyLiveWindows = (): LiveWindows => ({
  first: null,
  end: 0,
  panes: [],
  before: null,
  sums: { '10s': emptyTotals(), '60s': emptyTotals(), '300s': emptyTotals() },
});

/** Takes a final pane: a newer one moves the windows on to its end, an older one replaces its former row (or a gap). */
export const putPane = (live: LiveWindows, pane: Pane): void => {
  live.first = Math.min(live.first ?? pane.ts, pane.ts);
  advanceTo(live, pane.ts + PANE_MS);
  if (pane.ts < live.end - LONGEST_MS) {
    if (live.before === null || pane.ts >= live.before.ts) live.before = lastOnline(pane);
    return;
  }
  const at = firstAtOrAfter(live.panes, pane.ts);
  const former = live.panes[at]?.ts === pane.ts ? live.panes[at] : undefined;
  live.panes.splice(at, former === undefined ? 0 : 1, pane);
  for (const { name, span_ms } of WINDOWS) {
    if (pane.ts < live.end - span_ms) continue;
    if (former !== undefined) sumCounts(live.sums[name], former, -1);
    sumCounts(live.sums[name], pane, 1);
  }
};

/** Moves the windows on to `end` (ms, a multiple of a pane) over panes in which nothing happened; never back. */
export const advanceTo = (live: LiveWindows, end: number): void => {
  if (end <= live.end) return;
  for (const { name, span_ms } of WINDOWS) {
    const leaving = firstAtOrAfter(live.panes, end - span_ms);
    for (let i = firstAtOrAfter(live.panes, live.end - span_ms); i < leaving; i++)
      sumCounts(live.sums[name], live.panes[i]!, -1);
  }
  const gone = live.panes.splice(0, firstAtOrAfter(live.panes, end - LONGEST_MS)).at(-1);
  if (gone !== undefined) live.before = lastOnline(gone);
  live.end = end;
};

/** The totals of each window. Their arrays and records are the running ones: read them before the next change, and do not change them. */
export const liveTotals = (live: LiveWindows): Record<WindowName, WindowTotals> => ({
  '10s': totalsOf(live, '10s'),
  '60s': totalsOf(live, '60s'),
  '300s': totalsOf(live, '300s'),
});

const totalsOf = ({ first, end, panes, before, sums }: LiveWindows, name: WindowName): WindowTotals => {
  const sum = sums[name];
  if (first === null) return sum;
  const start = Math.max(first, end - LIVE_WINDOWS_S[name] * PANE_MS);
  let at = firstAtOrAfter(panes, start);
  const startsInGap = panes[at]?.ts !== start;
  const carried = startsInGap ? (panes[at - 1] ?? before) : null;

  let online_last = carried?.online ?? null;
  let online_peak = online_last;
  let presence_unknown = carried === null || carried.quality === 'reported';
  let isExpected = false;
  for (; at < panes.length; at++) {
    const pane = panes[at]!;
    online_last = pane.online;
    if (online_peak === null || pane.online > online_peak) online_peak = pane.online;
    if (pane.quality !== 'reported') presence_unknown = false;
    if (pane.expected_leaves !== null) isExpected = true;
  }
  return {
    ...sum,
    panes: (end - start) / PANE_MS,
    online_last,
    online_peak,
    presence_unknown,
    expected_leaves: isExpected ? sum.expected_leaves : null,
  };
};

const lastOnline = ({ ts, online, quality }: Pane): LiveWindows['before'] => ({ ts, online, quality });

/** Index of the first pane with `ts` at or after this, or the length. */
const firstAtOrAfter = (panes: readonly Pane[], ts: number): number => {
  let low = 0;
  let high = panes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (panes[middle]!.ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
};
