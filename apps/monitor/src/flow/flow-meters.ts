import type { IgnoreReason, StreamSummary } from '#domain';
import type { Meters } from '#observe';
import type { StreamState } from '#window';
import type { FlowStep } from './live-pipeline.js';

/** A stream that is further behind runs in its own time: a recording, or one that nothing is heard of. */
const OWN_TIME_MS = 600_000;

/** Counts what each step did. A stream's own totals are counted by how much they grew since it was `last` shown. */
export class FlowMeters {
  constructor(
    private readonly meters: Meters,
    private readonly last: (stream_id: string) => StreamSummary | undefined,
  ) {}

  count({ read, streams }: FlowStep): void {
    const { eventsAccepted, panesEmitted } = this.meters;
    eventsAccepted.inc(read.length);
    for (const { moments, corrected, summary } of streams) {
      panesEmitted.inc(moments.length + corrected.length);
      this.countLate(summary, this.last(summary.stream_id));
    }
  }

  /** How the streams of this process stand at `now`, ms. */
  gauge(streams: Iterable<StreamState>, now: number): void {
    const all = { live: 0, panes: 0, visits: 0, lag_ms: 0 };
    for (const { closed, waiting, presence, watermark, share_of } of streams) {
      if (closed) continue;
      const lag_ms = now - watermark;
      if (share_of === undefined) all.live++;
      all.panes += waiting.panes.size;
      all.visits += presence.open;
      if (lag_ms < OWN_TIME_MS) all.lag_ms = Math.max(all.lag_ms, lag_ms);
    }
    const { streamsLive, panesOpen, visitsOpen, watermarkLag } = this.meters;
    streamsLive.set(all.live);
    panesOpen.set(all.panes);
    visitsOpen.set(all.visits);
    watermarkLag.set(all.lag_ms / 1000);
  }

  private countLate(summary: StreamSummary, last: StreamSummary | undefined): void {
    const { eventsLate, eventsIgnored } = this.meters;
    for (const lateness of ['late', 'too_late'] as const) {
      const more = summary[lateness] - (last?.[lateness] ?? 0);
      if (more > 0) eventsLate.inc({ lateness }, more);
    }
    for (const [reason, count] of Object.entries(summary.ignored)) {
      const more = count - (last?.ignored[reason as IgnoreReason] ?? 0);
      if (more > 0) eventsIgnored.inc({ reason }, more);
    }
  }
}
