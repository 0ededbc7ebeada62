import type { IgnoreReason, StreamSummary } from '#domain';
import type { Meters } from '#observe';
import type { FlowStep } from './live-pipeline.js';

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
