import { randomUUID } from 'node:crypto';
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Clock, DeadLetter, ItemPresented, ItemWithdrawn, LiveEvent, MonitorRecord, ScriptCue } from '#domain';
import type { CueRequest, EventsAnswer } from '#contract';
import { blankViewerIds, splitJsonArray, splitNdjson, type Decoder, type RecordRange } from '#decode';
import type { PostedLog } from '#ingest';
import { inSpan, type Meters } from '#observe';
import type { EventIntake, IntakeOutcome } from '../ports.js';

/** Records of one request, beyond which it is too large. */
export const EVENTS_MAX = 50_000;
/** Bodies at work at once: beyond, the next is refused until room is made. */
const BYTES_AT_WORK_MAX = 64 << 20;
/** A stream whose newest event is further than this from the clock lives in its own time: a recording. */
const OWN_TIME_MS = 600_000;
/** Records decoded before other work gets its turn. */
const DECODE_SLICE = 2_000;

type Rejected = EventsAnswer['rejected'][number];

/** What the intake needs of the rest of the program. */
export interface IntakeParts {
  decoder: Decoder;
  log: PostedLog;
  /** Adds the monitor's own records to the log; those of a stream that is not known are passed over. */
  note: (records: readonly MonitorRecord[]) => Promise<void>;
  /** Largest `ts` of a stream so far, ms. */
  largestTs: (stream_id: string) => number | undefined;
  clock: Clock;
  /** Is the store too far behind to take more? */
  behind: () => boolean;
  /** How many of the records appended at this position the flow found to be duplicates; asked once. */
  duplicatesAt: (position: number) => number;
  keepDeadLetters: (letters: DeadLetter[]) => void;
  meters: Pick<Meters, 'recordsRead' | 'bytesRead'>;
}

/**
 * Where posted events enter: checked, decoded, durable, applied; only then answered.
 * Bodies are decoded one after the other, so that append times grow along the log.
 */
export class Intake implements EventIntake {
  private bytesAtWork = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: IntakeParts) {}

  async post(
    body: Uint8Array,
    format: 'ndjson' | 'json_array',
    mayWrite: (stream_id: string) => boolean,
    origin: string,
  ): Promise<IntakeOutcome> {
    if (this.parts.behind() || (this.bytesAtWork > 0 && this.bytesAtWork + body.length > BYTES_AT_WORK_MAX)) {
      return { kind: 'overloaded', retry_after_s: 1 };
    }
    const split = format === 'ndjson' ? { ok: true as const, records: splitNdjson(body) } : splitJsonArray(body);
    if (!split.ok) return { kind: 'bad_body', detail: split.detail };
    if (split.records.length > EVENTS_MAX) {
      return { kind: 'too_large', detail: `${split.records.length} events, expected at most ${EVENTS_MAX}` };
    }
    this.bytesAtWork += body.length;
    try {
      return await inSpan('intake', { bytes: body.length, records: split.records.length }, () =>
        this.inTurn(() => this.take(body, split.records, format, mayWrite, origin)),
      );
    } finally {
      this.bytesAtWork -= body.length;
    }
  }

  async cue(stream_id: string, { type, ...cue }: CueRequest, by: string): Promise<string> {
    const ts = this.momentIn(stream_id);
    const event_id = `op:${by.replace(/[^A-Za-z0-9_:.-]/g, '_').slice(0, 20)}:${randomUUID()}`;
    const event = cueEvent({ event_id, stream_id, ts }, type, cue);
    await this.parts.log.append([event], () => Buffer.from(JSON.stringify(event)));
    return event_id;
  }

  async close(stream_ids: readonly string[]): Promise<void> {
    await this.parts.note(stream_ids.map((stream_id) => ({ kind: 'stream_closed', stream_id, ended_at: null })));
  }

  /** An operator means now; in a stream whose own time is far from the clock's, where that stream stands. */
  private momentIn(stream_id: string): number {
    const now = this.parts.clock.now();
    const largest = this.parts.largestTs(stream_id) ?? now;
    return Math.abs(now - largest) < OWN_TIME_MS ? now : largest;
  }

  private async take(
    body: Uint8Array,
    ranges: readonly RecordRange[],
    format: 'ndjson' | 'json_array',
    mayWrite: (stream_id: string) => boolean,
    origin: string,
  ): Promise<(() => Promise<IntakeOutcome>) | IntakeOutcome> {
    const received_at = this.parts.clock.now();
    this.parts.meters.recordsRead.inc({ origin: 'http' }, ranges.length);
    this.parts.meters.bytesRead.inc({ origin: 'http' }, body.length);
    const events: LiveEvent[] = [];
    const places: RecordRange[] = [];
    const rejected: Rejected[] = [];
    for (const [index, { start, end }] of ranges.entries()) {
      if (index % DECODE_SLICE === DECODE_SLICE - 1) await giveWay();
      const decoded = this.parts.decoder.decode(body, start, end, received_at);
      if (decoded.ok) {
        if (!mayWrite(decoded.event.stream_id)) return { kind: 'forbidden', stream_id: decoded.event.stream_id };
        events.push(decoded.event);
        places.push({ start, end });
        continue;
      }
      const { reason, detail, event_id } = decoded;
      if (format === 'json_array' && reason === 'not_json') {
        return { kind: 'bad_body', detail: `the body is not JSON: element ${index}: ${detail}` };
      }
      rejected.push(event_id === undefined ? { index, reason, detail } : { index, event_id, reason, detail });
    }
    const wire = (index: number): Uint8Array => body.subarray(places[index]!.start, places[index]!.end);
    const appending = events.length === 0 ? null : this.parts.log.append(events, wire);
    const appended = Promise.resolve(appending).catch((error: Error) => error);
    return async () => {
      const place = await appended;
      if (place instanceof Error) return { kind: 'not_durable', detail: place.message };
      this.keep(body, ranges, rejected, received_at, origin);
      const duplicates = place === null ? 0 : this.parts.duplicatesAt(place.position);
      return { kind: 'durable', answer: { accepted: events.length - duplicates, duplicates, rejected } };
    };
  }

  /** One body is decoded and appended at a time; the next may start while this one is on its way to the disk. */
  private async inTurn(work: () => Promise<(() => Promise<IntakeOutcome>) | IntakeOutcome>): Promise<IntakeOutcome> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    const taken = await mine;
    return typeof taken === 'function' ? taken() : taken;
  }

  private keep(
    body: Uint8Array,
    ranges: readonly RecordRange[],
    rejected: readonly Rejected[],
    received_at: number,
    origin: string,
  ): void {
    if (rejected.length === 0) return;
    this.parts.keepDeadLetters(
      rejected.map(({ index, reason, detail }) => {
        const { start, end } = ranges[index]!;
        const bytes = blankViewerIds(body.subarray(start, end));
        return { id: randomUUID(), received_at, reason, detail, origin, bytes };
      }),
    );
  }
}

const cueEvent = (
  base: { event_id: string; stream_id: string; ts: number },
  type: CueRequest['type'],
  { item_id = '', title, price_minor, stock, label = '', variant }: Omit<CueRequest, 'type'>,
): ItemPresented | ItemWithdrawn | ScriptCue => {
  switch (type) {
    case 'item_presented':
      return { ...base, type, item_id, title, price_minor, stock };
    case 'item_withdrawn':
      return { ...base, type, item_id };
    case 'script_cue':
      return { ...base, type, label, variant };
  }
};
