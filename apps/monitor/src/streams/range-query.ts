import { paneStart } from '#domain';
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
