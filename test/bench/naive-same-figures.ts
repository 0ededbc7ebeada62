import { TENURE_BANDS, tenureBand } from '#domain';
import type { WireEvent } from '#simulate';
import { addToNaivePane, emptyNaivePane, type NaivePane } from './naive-panes.js';

/** One second of one stream with the figures that ours has, as one would first write it. */
export interface NaiveFullPane extends NaivePane {
  online: number;
  enters: number;
  leaves: number;
  viewer_ms: number;
  at_risk: Record<string, number[]>;
  leaves_by_tenure: Record<string, number[]>;
  /** Distinct viewers present in the last 10, 60 and 300 seconds, and of those active in them. */
  viewers_of_last: number[];
  interactors_of_last: number[];
}

interface NaiveVisit {
  from: number;
  sign: number;
  source: string;
}

const WINDOWS_S = [10, 60, 300];
const OUT_OF_ORDER_MS = 2_000;
const TIMEOUT_MS = 30_000;
const ID_MEMORY_MS = 62_000;

/**
 * One stream, the plain way: ids in a `Map`, events of a second kept until it is over and sorted, visits in a `Map`; each
 * second looks at everybody who is present for bands and time-outs, and at everybody seen for distinct viewers.
 */
export class NaiveStream {
  private readonly seen = new Map<string, number>();
  private readonly waiting = new Map<number, WireEvent[]>();
  private readonly visits = new Map<string, NaiveVisit>();
  private readonly lastPresent = new Map<string, number>();
  private readonly lastActive = new Map<string, number>();
  private newest = -Infinity;
  private next: number | null = null;

  /** Takes an event; answers the seconds that are over with it. */
  take(event: WireEvent): NaiveFullPane[] {
    const { event_id, ts } = event;
    if (event.type !== 'heartbeat') {
      if (this.seen.has(event_id)) return [];
      this.seen.set(event_id, ts);
    }
    const second = Math.floor(ts / 1000);
    const waiting = this.waiting.get(second);
    if (waiting === undefined) this.waiting.set(second, [event]);
    else waiting.push(event);
    this.newest = Math.max(this.newest, ts);
    this.next ??= second;
    const panes: NaiveFullPane[] = [];
    while ((this.next + 1) * 1000 <= this.newest - OUT_OF_ORDER_MS) panes.push(this.pane(this.next++));
    return panes;
  }

  private pane(second: number): NaiveFullPane {
    const start = second * 1000;
    const events = (this.waiting.get(second) ?? []).sort((a, b) => a.ts - b.ts);
    this.waiting.delete(second);
    const pane: NaiveFullPane = {
      ...emptyNaivePane(),
      ...{ online: 0, enters: 0, leaves: 0, viewer_ms: 0, at_risk: {}, leaves_by_tenure: {} },
      ...{ viewers_of_last: [], interactors_of_last: [] },
    };
    for (const [viewer, visit] of this.visits) this.isPresent(pane, second, viewer, visit);
    for (const event of events) {
      addToNaivePane(pane, event);
      if ('viewer_id' in event) this.apply(pane, second, event);
    }
    for (const [viewer, { sign }] of this.visits)
      if (sign + TIMEOUT_MS < start + 1000) this.leave(pane, second, viewer, sign + TIMEOUT_MS);
    pane.online = this.visits.size;
    for (const { from } of this.visits.values()) pane.viewer_ms += start + 1000 - Math.max(from, start);
    for (const viewer of pane.interactors) this.lastActive.set(viewer, second);
    pane.viewers_of_last = WINDOWS_S.map((window) => countSince(this.lastPresent, second - window));
    pane.interactors_of_last = WINDOWS_S.map((window) => countSince(this.lastActive, second - window));
    if (second % 10 === 0) for (const [id, ts] of this.seen) if (ts < start - ID_MEMORY_MS) this.seen.delete(id);
    return pane;
  }

  private apply(pane: NaiveFullPane, second: number, event: Extract<WireEvent, { viewer_id: string }>): void {
    const { viewer_id, ts, type } = event;
    if (type === 'leave') this.leave(pane, second, viewer_id, ts);
    if (type !== 'enter' && type !== 'heartbeat') return;
    let visit = this.visits.get(viewer_id);
    if (visit !== undefined && visit.sign + TIMEOUT_MS <= ts) {
      this.leave(pane, second, viewer_id, visit.sign + TIMEOUT_MS);
      visit = undefined;
    }
    if (visit !== undefined) {
      visit.sign = ts;
      return;
    }
    const begun = { from: ts, sign: ts, source: type === 'enter' ? event.source : 'other' };
    this.visits.set(viewer_id, begun);
    this.isPresent(pane, second, viewer_id, begun);
    pane.enters++;
  }

  private isPresent(pane: NaiveFullPane, second: number, viewer: string, visit: NaiveVisit): void {
    countInBand(pane.at_risk, second, visit);
    this.lastPresent.set(viewer, second);
  }

  private leave(pane: NaiveFullPane, second: number, viewer: string, ts: number): void {
    const visit = this.visits.get(viewer);
    if (visit === undefined) return;
    this.visits.delete(viewer);
    pane.leaves++;
    pane.viewer_ms += ts - Math.max(visit.from, second * 1000);
    countInBand(pane.leaves_by_tenure, second, visit);
  }
}

const countInBand = (bands: Record<string, number[]>, second: number, { from, source }: NaiveVisit): void => {
  const own = (bands[source] ??= new Array<number>(TENURE_BANDS).fill(0));
  own[tenureBand(second - Math.floor(from / 1000))]!++;
};

const countSince = (last: ReadonlyMap<string, number>, second: number): number => {
  let count = 0;
  for (const seen of last.values()) if (seen > second) count++;
  return count;
};
