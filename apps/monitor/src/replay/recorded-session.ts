import { Inject, Injectable } from '@nestjs/common';
import type { ActionShown, CueShown, MetricValues, Snapshot, StreamRow } from '#contract';
import { LIVE_WINDOWS_S, PANE_MS } from '#domain';
import type { Alert, OnAir, Pane, WindowName } from '#domain';
import { advanceTo, emptyLiveWindows, liveTotals, putPane, windowMetrics } from '#metric';
import { StoreReader, StoreWindows } from '#store';
import type { Range, StoredPresentation, StoredStream } from '#store';
import { redact } from '#words';
import type { Understanding } from '#words';
import { dataOf } from '../flow/rooms.js';
import { paneShown } from '../live/pane-shown.js';
import { ALERT_FEED, UNDERSTANDING } from '../ports.js';
import type { AlertFeed } from '../ports.js';
import { Actions } from '../script/actions.js';
import { KnownStreams } from '../streams/known-streams.js';
import { NOBODY } from '../streams/ledger.js';
import { PlayedWords } from './played-words.js';

/** What stood beside a session's panes, each with the moment it was said (event time, ms), in that order. */
export interface RecordedSession {
  readonly stream: StoredStream;
  readonly presentations: readonly StoredPresentation[];
  readonly cues: readonly { readonly at: number; readonly cue: CueShown }[];
  readonly alerts: readonly { readonly at: number; readonly alert: Alert }[];
  readonly actions: readonly { readonly at: number; readonly action: ActionShown }[];
}

const SNAPSHOT_PANES = 600;
const LONGEST_WINDOW_MS = LIVE_WINDOWS_S['300s'] * PANE_MS;
const SPANS_MS = Object.values(LIVE_WINDOWS_S).map((seconds) => seconds * PANE_MS);
/** A stream whose alerts were sent further than this from their time was read in its own time: a recording. */
const OWN_TIME_MS = 600_000;
const FOLLOWED_AFTER_MS = 121_000;
const DANMAKU_SAMPLE = 5;

/** Reads what a stored session showed at any of its moments: what its room showed live, made of the same rows. */
@Injectable()
export class RecordedSessions {
  constructor(
    private readonly store: StoreReader,
    private readonly windows: StoreWindows,
    private readonly streams: KnownStreams,
    private readonly actions: Actions,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(UNDERSTANDING) private readonly understanding: Understanding,
  ) {}

  /** `null` where there is no such stream, or nothing of it is final yet. */
  async open(stream_id: string): Promise<RecordedSession | null> {
    const stream = await this.store.stream(stream_id);
    if (stream === null || stream.last_pane === null) return null;
    const [presentations, cues, actions] = await Promise.all([
      this.store.presentations(stream_id),
      this.store.cues(stream_id),
      this.actions.of(stream),
    ]);
    return {
      stream,
      presentations,
      cues: cues.map((cue) => ({ at: cue.ts, cue })),
      alerts: told(this.feed.since(stream_id, 0)),
      actions: actions.flatMap(sayings).sort((a, b) => a.at - b.at),
    };
  }

  /** The room as it stood at `at`, ms, the start of a pane. */
  async snapshot(session: RecordedSession, at: number): Promise<Snapshot> {
    const { stream_id } = session.stream;
    const range = { from: 0, to: at };
    const [panes, totals, distinct] = await Promise.all([
      this.store.panes(stream_id, { from: at - SNAPSHOT_PANES * PANE_MS, to: at }),
      this.store.totals(session.stream, range),
      this.store.distinct(stream_id, range),
    ]);
    const alerts = session.alerts.filter((each) => each.at < at).map(({ alert }) => alert);
    const row: StreamRow = {
      ...this.streams.row(session.stream),
      ...standing(session.stream, at),
      ...{ online: totals.online_last, online_peak: totals.online_peak },
      ...{ viewers: distinct.viewers, gmv_minor: totals.gmv_paid_minor, alerts_firing: firing(alerts) },
      data: dataAt(session.stream, at),
    };
    return {
      stream: row,
      panes: panes.map(paneShown),
      presentations: presentationsAt(session, at),
      cues: session.cues.filter((each) => each.at < at).map(({ cue }) => cue),
      alerts,
      seq: alerts.at(-1)?.seq ?? 0,
    };
  }

  panes(session: RecordedSession, range: Range): Promise<Pane[]> {
    return this.store.panes(session.stream.stream_id, range);
  }

  /** The figures of the live windows that end at `at`. */
  async windowsAt({ stream }: RecordedSession, at: number): Promise<Record<WindowName, MetricValues>> {
    const { stream_id } = stream;
    const spanFrom = stream.spans.findLast(({ from }) => from < at)?.from ?? stream.first_pane;
    const from = Math.max(spanFrom, at - LONGEST_WINDOW_MS);
    const [panes, before, distinct] = await Promise.all([
      this.store.panes(stream_id, { from, to: at }),
      from > spanFrom ? this.store.totals(stream, { from: from - PANE_MS, to: from }) : null,
      this.windows.distinct(stream_id, at, SPANS_MS),
    ]);
    const live = emptyLiveWindows();
    live.first = spanFrom;
    if (before !== null && before.online_last !== null) {
      const quality = before.presence_unknown ? 'reported' : 'final';
      live.before = { ts: from - PANE_MS, online: before.online_last, quality };
    }
    for (const pane of panes) putPane(live, pane);
    advanceTo(live, at);
    const totals = liveTotals(live);
    const figures = (name: WindowName): MetricValues =>
      windowMetrics(totals[name], distinct.get(LIVE_WINDOWS_S[name] * PANE_MS) ?? NOBODY);
    return { '10s': figures('10s'), '60s': figures('60s'), '300s': figures('300s') };
  }

  /** What was said, for one that plays. */
  words({ stream }: RecordedSession): PlayedWords {
    return new PlayedWords(stream.stream_id, stream.first_pane, this.store, this.understanding);
  }

  /** A sample of the danmaku of a range, redacted. */
  async danmaku({ stream }: RecordedSession, range: Range): Promise<{ ts: number; text: string }[]> {
    const { rows } = await this.store.danmaku(stream.stream_id, range, '', DANMAKU_SAMPLE, null);
    return rows.map(({ ts, text }) => ({ ts, text: redact(text) }));
  }
}

/** What was on in the last pane before `at`. */
export const onAirAt = ({ presentations }: RecordedSession, at: number): OnAir | null => {
  const on = presentations.findLast(({ from }) => from < at);
  if (on === undefined || (on.to !== null && on.to < at)) return null;
  const { item_id, presentation_id, title, from } = on;
  return { item_id, presentation_id, title, from };
};

/** The state of the data as it was at `at`. */
export const dataAt = (stream: StoredStream, at: number) =>
  dataOf({ ...stream, ...standing(stream, at), as_of: at }, 0, 0);

const standing = (stream: StoredStream, at: number): Pick<StoredStream, 'status' | 'ended_at'> =>
  stream.ended_at !== null && at > (stream.last_pane ?? 0)
    ? { status: stream.status, ended_at: stream.ended_at }
    : { status: 'live', ended_at: null };

/** A presentation that goes on beyond `at` was on then, without an end. */
const presentationsAt = ({ presentations }: RecordedSession, at: number): StoredPresentation[] =>
  presentations
    .filter(({ from }) => from < at)
    .map((each) => (each.to !== null && each.to >= at ? { ...each, to: null } : each));

const firing = (changes: readonly Alert[]): number =>
  [...new Map(changes.map((alert) => [alert.alert_id, alert])).values()].filter(({ status }) => status === 'firing')
    .length;

/** Changes in the order of their `seq`, none before the one it follows. People's words have the wall's time only, which is the stream's where it ran live. */
const told = (changes: readonly Alert[]): { at: number; alert: Alert }[] => {
  let at = 0;
  return changes.map((alert) => {
    const ranLive = alert.sent_at !== null && Math.abs(alert.sent_at - alert.detected_at) < OWN_TIME_MS;
    at = Math.max(at, alert.updated_at, ranLive ? (alert.acked_at ?? 0) : 0);
    return { at, alert };
  });
};

/** An action is said when it was done, and again when it was known what followed. */
const sayings = (action: ActionShown): { at: number; action: ActionShown }[] => [
  { at: action.ts, action: { ...action, followed: null } },
  ...(action.followed === null ? [] : [{ at: action.ts + FOLLOWED_AFTER_MS, action }]),
];
