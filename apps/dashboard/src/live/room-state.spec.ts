import { describe, expect, it } from '@jest/globals';
import type { DataState, MetricsMessage, PaneShown, Snapshot, StreamRow } from '#contract';
import { emptyPane, type Alert, type OnAir, type Presentation } from '#domain';
import { byNeed, hearRoom, LIVE_MS, skippedBefore, UNHEARD_ROOM, type RoomNews, type RoomState } from './room-state.js';

const data = (as_of: number): DataState => ({
  as_of,
  log_lag_ms: 0,
  late: 0,
  too_late: 0,
  coverage: ['view'],
  quality: 'final',
});
const pane = (second: number, online: number): PaneShown => ({
  ...emptyPane('s', second * 1000),
  online,
  viewer_seconds: online,
  quality: 'final',
});
const stream: StreamRow = {
  stream_id: 's', title: null, host: null, status: 'live', started_at: 0, ended_at: null, online: 1, online_peak: 1,
  viewers: 1, gmv_minor: 0, currency: 'CNY', alerts_firing: 0, data: data(0),
}; // prettier-ignore
const alert = (alert_id: string, seq: number, change: Partial<Alert> = {}): Alert => ({
  alert_id, stream_id: 's', seq, rule: 'dropoff_spike', severity: 'warning', status: 'firing', started_at: 0,
  detected_at: 1000, updated_at: 0, resolved_at: null, sent_at: null, acked_at: null, item_id: null,
  presentation_id: null, summary: { key: '', values: {} }, evidence: {}, hint: null, acked_by: null, outcome: null,
  ...change,
}); // prettier-ignore
const presentation = (presentation_id: string, from: number, to: number | null): Presentation => ({
  presentation_id, stream_id: 's', item_id: 'i', title: null, price_minor: null, stock: null, from, to,
  withdrawn: false, revision: 0,
}); // prettier-ignore
const snapshot = (parts: Partial<Snapshot>): RoomNews => ({
  kind: 'snapshot',
  heard_at: 1,
  snapshot: { stream, panes: [], presentations: [], cues: [], alerts: [], seq: 0, ...parts },
});
const metrics = (as_of: number, panes: PaneShown[], item_on: OnAir | null = null): RoomNews => {
  const message: MetricsMessage = {
    v: 1, stream_id: 's', mode: 'live', as_of, panes, windows: { '10s': {}, '60s': {}, '300s': {} }, item_on, data: data(as_of),
  }; // prettier-ignore
  return { kind: 'metrics', message, heard_at: 2 };
};
const hearAll = (...news: RoomNews[]): RoomState => news.reduce(hearRoom, UNHEARD_ROOM);
const onlineBySecond = ({ panes }: RoomState): unknown[] => panes.map(({ ts, online }) => [ts / 1000, online]);

describe('panes of a room', () => {
  it('a correction replaces the pane of its second, wherever it stands', () => {
    const room = hearAll(snapshot({ panes: [pane(1, 10), pane(2, 20)] }), metrics(4000, [pane(1, 11), pane(3, 30)]));
    expect(onlineBySecond(room)).toEqual([[1, 11], [2, 20], [3, 30]]); // prettier-ignore
  });
  it('the last ten minutes are kept, no more', () => {
    const room = hearAll(snapshot({ panes: Array.from({ length: 605 }, (_, s) => pane(s, s)) }));
    expect([room.panes.length, room.panes[0]?.ts]).toEqual([600, 5000]);
  });
  it('ten minutes are ten minutes where little happens: no pane from before them is kept', () => {
    const room = hearAll(...Array.from({ length: 60 }, (_, minute) => metrics(0, [pane(60 * minute, 1)])));
    const newest = room.panes.at(-1)!.ts;
    expect([newest, room.panes.length, room.panes[0]!.ts]).toEqual([3_540_000, 10, newest - LIVE_MS + 60_000]);
  });
  it('a snapshot after a reconnect replaces what was known: nothing old remains between', () => {
    const room = hearAll(snapshot({ panes: [pane(1, 10)] }), snapshot({ panes: [pane(900, 9)] }));
    expect(onlineBySecond(room)).toEqual([[900, 9]]);
  });
  it('seconds that a volatile message skipped are named, half open', () => {
    const room = hearAll(snapshot({ panes: [pane(1, 10)] }));
    expect(skippedBefore(room, [pane(2, 1)])).toBeNull();
    expect(skippedBefore(room, [pane(0, 1), pane(4, 1)])).toEqual({ from: 2000, to: 4000 });
    expect(skippedBefore(room, [pane(9000, 1)])).toEqual({ from: 9_000_000 - LIVE_MS + 1000, to: 9_000_000 });
  });
});

describe('alerts of a room', () => {
  it('seq follows changes without a gap', () => {
    const room = hearAll({ kind: 'alert', alert: alert('a', 1) }, { kind: 'alert', alert: alert('b', 2) });
    expect([room.seq, room.alert_missing]).toEqual([2, false]);
  });
  it('a gap keeps seq where it was, so that it is asked for from there, and the snapshot closes it', () => {
    const gap = hearAll({ kind: 'alert', alert: alert('a', 1) }, { kind: 'alert', alert: alert('c', 3) });
    expect([gap.seq, gap.alert_missing]).toEqual([1, true]);
    const closed = hearRoom(gap, snapshot({ alerts: [alert('b', 2), alert('c', 3)], seq: 3 }));
    expect([closed.seq, closed.alert_missing]).toEqual([3, false]);
    expect(closed.alerts.map(({ alert_id }) => alert_id).sort()).toEqual(['a', 'b', 'c']);
  });
  it('a repeated or overtaken change never brings an older state back', () => {
    const old = alert('a', 1);
    const room = hearAll(
      { kind: 'alert', alert: old },
      { kind: 'alert', alert: alert('a', 2, { status: 'resolved' }) },
      { kind: 'alert', alert: old },
    );
    expect(room.alerts).toEqual([alert('a', 2, { status: 'resolved' })]);
  });
  it('what fires leads, the worst first, then the newest', () => {
    const order = byNeed([
      alert('done', 1, { status: 'resolved', detected_at: 9 }),
      alert('warning', 2, { detected_at: 8 }),
      alert('critical', 3, { severity: 'critical', detected_at: 1 }),
    ]);
    expect(order.map(({ alert_id }) => alert_id)).toEqual(['critical', 'warning', 'done']);
  });
});

describe('the band of items', () => {
  const on = (presentation_id: string, from: number): OnAir => ({ item_id: 'i', presentation_id, title: null, from });
  const spans = ({ presentations }: RoomState) => presentations.map(({ from, to }) => [from, to]);
  it('the next item ends the one before where it begins', () => {
    const room = hearAll(snapshot({ presentations: [presentation('p1', 0, null)] }), metrics(9000, [], on('p2', 8000)));
    expect(spans(room)).toEqual([[0, 8000], [8000, null]]); // prettier-ignore
  });
  it('in a session that is over nothing is on, whatever its last figures name', () => {
    const over = snapshot({ stream: { ...stream, status: 'ended' }, presentations: [presentation('a', 0, 5000)] });
    const on: OnAir = { presentation_id: 'a', item_id: 'i', title: null, from: 0 };
    const room = hearAll(over, metrics(6000, [], on));
    expect(room.item_on).toBeNull();
    expect(room.presentations).toEqual([presentation('a', 0, 5000)]);
  });
  it('nothing on ends it at the watermark; the same item leaves it open', () => {
    const first = snapshot({ presentations: [presentation('p1', 0, null)] });
    expect(spans(hearAll(first, metrics(9000, [])))).toEqual([[0, 9000]]);
    expect(spans(hearAll(first, metrics(9000, [], on('p1', 0))))).toEqual([[0, null]]);
  });
});

describe('the sample of danmaku', () => {
  it('is the last thirty, newest last', () => {
    const said = Array.from({ length: 40 }, (_, i) => ({ ts: i, text: String(i) }));
    const first = hearRoom(UNHEARD_ROOM, { kind: 'danmaku', messages: said.slice(0, 25) });
    const { danmaku } = hearRoom(first, { kind: 'danmaku', messages: said.slice(25) });
    expect(danmaku).toEqual(said.slice(10));
  });
});
