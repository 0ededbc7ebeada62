import { creditedTo } from './credit.js';
import type { PaidLine } from './credit.js';
import { countEstimate, difference, dispersionOf, per, sumEstimate } from './interval.js';
import type { Estimate } from './interval.js';

/** One time an item was on, its panes `[from, to)`, ms; `to` of `null`: it still is. */
export interface ShownSpan {
  readonly presentation_id: string;
  readonly item_id: string;
  readonly title: string | null;
  readonly from: number;
  readonly to: number | null;
  /** Panes of it that exist. */
  readonly seconds: number;
}

/** Orders of an item per minute that it was on and per other minute, and the 95 % interval of the difference. */
export interface ItemLift {
  item_id: string;
  title: string | null;
  on_orders_per_min: number | null;
  off_orders_per_min: number | null;
  lift: number | null;
  low: number | null;
  high: number | null;
}

/** Credited GMV of one minute of a presentation, against a minute of the next item's opening; the difference is per minute. */
export interface MarginalMinute {
  presentation_id: string;
  minute: number;
  gmv_minor: number;
  next_opening_gmv_minor_per_min: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
}

const MINUTE_MS = 60_000;
/** How much of the next presentation is its opening. */
const OPENING_MS = 2 * MINUTE_MS;

/**
 * Each item that was on, by id: credited orders against its other orders. Orders are Poisson, but for the dispersion that the
 * item's own minutes on air show. Where there was no other minute, or none on air, there is nothing to compare.
 */
export const itemLifts = (
  shown: readonly ShownSpan[],
  lines: readonly PaidLine[],
  session_seconds: number,
): ItemLift[] => {
  const inOrder = byStart(shown);
  const items = [...new Set(inOrder.map(({ item_id }) => item_id))].sort();
  return items.map((item_id) => {
    const spans = inOrder.filter((span) => span.item_id === item_id);
    const ofItem = lines.filter((line) => line.item_id === item_id);
    const credited = ofItem.filter((line) => creditedTo(spans, line) !== undefined);
    const seconds = spans.reduce((sum, span) => sum + span.seconds, 0);
    const dispersion = dispersionOf(minuteCounts(spans, credited, credited.length / seconds), 1);
    const on = perMinute(credited.length, seconds, dispersion);
    const off = perMinute(ofItem.length - credited.length, session_seconds - seconds, dispersion);
    return {
      item_id,
      title: spans.findLast(({ title }) => title !== null)?.title ?? null,
      on_orders_per_min: on?.value ?? null,
      off_orders_per_min: off?.value ?? null,
      ...interval(on, off, 'lift'),
    };
  });
};

/**
 * What each minute of each presentation earned of its item, oldest first, and what a minute of the next item's opening did.
 * Money is a sum of independent orders; where neither side has one, there is no interval.
 */
export const marginalMinutes = (shown: readonly ShownSpan[], lines: readonly PaidLine[]): MarginalMinute[] => {
  const inOrder = byStart(shown);
  const earned = new Map<string, PaidLine[]>(inOrder.map(({ presentation_id }) => [presentation_id, []]));
  for (const line of lines) {
    const span = creditedTo(inOrder, line);
    if (span !== undefined) earned.get(span.presentation_id)!.push(line);
  }
  return inOrder.flatMap((span, i) => {
    const next = inOrder[i + 1];
    const opening = next === undefined ? null : opened(next, earned.get(next.presentation_id)!);
    const minutes = Math.ceil(span.seconds / 60);
    return Array.from({ length: minutes }, (_, minute): MarginalMinute => {
      const from = span.from + minute * MINUTE_MS;
      const length_ms = Math.min(MINUTE_MS, span.from + span.seconds * 1000 - from);
      const amounts = amountsIn(earned.get(span.presentation_id)!, from, from + length_ms);
      const own = per(sumEstimate(amounts), length_ms / MINUTE_MS);
      const isKnown = opening !== null && amounts.length + opening.orders > 0;
      return {
        ...{ presentation_id: span.presentation_id, minute, gmv_minor: sumEstimate(amounts).value },
        next_opening_gmv_minor_per_min: opening?.earned.value ?? null,
        ...interval(isKnown ? own : null, opening?.earned ?? null, 'difference'),
      };
    });
  });
};

const opened = (next: ShownSpan, lines: readonly PaidLine[]): { earned: Estimate; orders: number } | null => {
  const length_ms = Math.min(OPENING_MS, next.seconds * 1000);
  if (length_ms === 0) return null;
  const amounts = amountsIn(lines, next.from, next.from + length_ms);
  return { earned: per(sumEstimate(amounts), length_ms / MINUTE_MS), orders: amounts.length };
};

const amountsIn = (lines: readonly PaidLine[], from: number, to: number): number[] =>
  lines.filter(({ ts }) => ts >= from && ts < to).map(({ amount_minor }) => amount_minor ?? 0);

const perMinute = (count: number, seconds: number, dispersion: number): Estimate | null =>
  seconds > 0 ? per(countEstimate(count, dispersion), seconds / 60) : null;

const interval = <Name extends string>(
  a: Estimate | null,
  b: Estimate | null,
  name: Name,
): Record<Name | 'low' | 'high', number | null> => {
  const known = a === null || b === null ? null : difference(a, b);
  const { value = null, low = null, high = null } = known ?? {};
  return { [name]: value, low, high } as Record<Name | 'low' | 'high', number | null>;
};

/** Orders in each whole minute on air, against those that the rate would give. */
const minuteCounts = (
  spans: readonly ShownSpan[],
  lines: readonly PaidLine[],
  ordersPerSecond: number,
): { observed: number; expected: number }[] =>
  spans.flatMap(({ from, seconds }) =>
    Array.from({ length: Math.floor(seconds / 60) }, (_, minute) => ({
      observed: amountsIn(lines, from + minute * MINUTE_MS, from + (minute + 1) * MINUTE_MS).length,
      expected: 60 * ordersPerSecond,
    })),
  );

const byStart = (shown: readonly ShownSpan[]): ShownSpan[] => [...shown].sort((a, b) => a.from - b.from);
