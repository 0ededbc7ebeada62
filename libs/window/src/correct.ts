import { PANE_MS, emptyPane, paneIndex, type OnlineCount, type Pane, type Source } from '#domain';
import { countedFigures, layCounted, takeCount } from './counted-online.js';
import type { Folded } from './folded.js';
import type { PresencePane } from './presence.js';
import type { StreamState } from './stream.js';

/** The pane of a count: the one in progress, or a final one to be corrected as a new row. */
export const paneToCount = (stream: StreamState, at: PresencePane, index: number, out: Folded): Pane =>
  index === at.index && !stream.closed ? at.pane : paneToCorrect(stream, index, out);

/** A copy of a final pane that may be written to, told as corrected. */
export const paneToCorrect = (stream: StreamState, index: number, out: Folded): Pane => {
  const corrected = out.corrected.get(index);
  if (corrected !== undefined) {
    corrected.revision = stream.applied;
    return corrected;
  }
  const before = stream.recent.get(index);
  const pane = before === undefined ? emptyPane(stream.stream_id, index * PANE_MS) : copyOf(before);
  pane.revision = stream.applied;
  stream.recent.set(index, pane);
  out.corrected.set(index, pane);
  const isOfRunningSpan = index * PANE_MS >= (stream.past_spans.at(-1)?.to ?? -Infinity);
  if (isOfRunningSpan && index < (stream.span_from ?? index)) stream.span_from = index;
  return pane;
};

/** Rows that were handed on are never written again. */
export const copyOf = (pane: Pane): Pane => {
  const copy: Pane = {
    ...pane,
    at_risk: [...pane.at_risk],
    leaves_by_tenure: [...pane.leaves_by_tenure],
    // A spread copies own properties alone, and one called `__proto__` as well.
    by_item: { ...pane.by_item },
    by_source: { ...pane.by_source },
    other_money: { ...pane.other_money },
  };
  for (const [item_id, counts] of Object.entries(pane.by_item)) copy.by_item[item_id] = { ...counts };
  for (const [source, counts] of Object.entries(pane.by_source)) {
    const { at_risk, leaves_by_tenure } = counts;
    copy.by_source[source as Source] = { ...counts, at_risk: [...at_risk], leaves_by_tenure: [...leaves_by_tenure] };
  }
  return copy;
};

/** A count changes panes back to the one before it, but none that do not exist: before the running span, or the count's own. */
export const applyCount = (stream: StreamState, event: OnlineCount, index: number, out: Folded): void => {
  const changed = takeCount(stream.counted, event);
  const own = paneIndex(event.ts);
  relayCounted(stream, Math.max(changed, Math.min(stream.span_from ?? own, own)), index, out);
};

/** Lays the counted figures of the final panes from `from` up to, not including, `to` anew, as corrections where they differ. */
const relayCounted = (stream: StreamState, from: number, to: number, out: Folded): void => {
  const { counted, presence, recent } = stream;
  let online = recent.get(from - 1)?.online ?? 0;
  for (let index = from; index < to; index++) {
    const before = recent.get(index);
    const figures = countedFigures(counted, presence, index, before?.enters ?? 0, online);
    online = figures?.online ?? before?.online ?? 0;
    if (figures === null || (before !== undefined && sameFigures(before, figures))) continue;
    layCounted(paneToCorrect(stream, index, out), figures);
  }
  if (counted.counts.length > 0) counted.online = online;
};

const sameFigures = (pane: Pane, { quality, online, leaves }: Pick<Pane, 'quality' | 'online' | 'leaves'>): boolean =>
  pane.quality === quality && pane.online === online && pane.leaves === leaves;
