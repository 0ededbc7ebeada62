import { PANE_MS, paneStart } from '#domain';
import type { StreamSummary } from '#domain';
import { ALL_TIME } from '#store';
import type { Range } from '#store';
import { badRequest } from '../rest/problem.js';
import { timeParameter } from '../rest/query.js';

/** `from` and `to` of every question about a part of a session. */
export const rangeQuery = { from: timeParameter(), to: timeParameter() };

/** The range `[from, to)`, floored to panes; an open end is the session's. */
export const rangeOf = ({ from, to }: { from: number | null; to: number | null }): Range => {
  if (from !== null && to !== null && from >= to) throw badRequest('parameter "from" must be before "to"');
  return { from: from === null ? ALL_TIME.from : paneStart(from), to: to === null ? ALL_TIME.to : paneStart(to) };
};

/** Steps of a session that a range has, up to its last final pane; a part of one is a fraction. */
export const pointsIn = ({ first_pane, last_pane }: StreamSummary, range: Range, step_ms: number): number =>
  last_pane === null ? 0 : (Math.min(range.to, last_pane + PANE_MS) - Math.max(range.from, first_pane)) / step_ms;
