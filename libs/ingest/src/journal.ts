import { Packr } from 'msgpackr';
import { Subject } from 'rxjs';
import type { Clock, InputId, InputReading, LiveEvent, LogRecord, MonitorRecord, RecordBatch } from '#domain';
import { FrameLog, type Frame, type FrameLogSettings } from './frame-log.js';
import type { Appended, LogLag } from './source.js';

export const JOURNAL_INPUT: InputId = 'journal';

type Body = LiveEvent | MonitorRecord;

/**
 * The one input of a machine by itself: everything posted or imported, decoded and pseudonymised, appended before it
 * is acknowledged and emitted once durable. A frame is what was appended at once: `[append_ts, bodies]` in MessagePack.
 */
export class Journal {
  readonly batches$ = new Subject<RecordBatch>();
  private readonly packr = new Packr({ useRecords: true });
  private next = 0;
  private lastAppendTs = -Infinity;
  /** Append times of batches on their way to the disk. */
  private unread: number[] = [];
  private unreadRecords = 0;
  private atEndSince: number | null = null;

  private constructor(
    private readonly log: FrameLog,
    private readonly clock: Clock,
  ) {}

  static async open(directory: string, settings: FrameLogSettings, clock: Clock): Promise<Journal> {
    return new Journal(await FrameLog.open(directory, settings), clock);
  }

  /** Begins to emit from the position given, else the first; before each batch it waits until the flow is `ready` for more. */
  async start(from: ReadonlyMap<InputId, number>, ready: () => Promise<void>): Promise<void> {
    const start = from.get(JOURNAL_INPUT) ?? 0;
    this.next = start;
    for await (const frame of this.log.read(start)) {
      const batch = this.batchOf(frame);
      this.next = Math.max(this.next, frame.position + batch.records.length);
      if (this.next === start) continue;
      await ready();
      this.emit(batch);
    }
    this.atEndSince = this.clock.now();
  }

  append(events: readonly LiveEvent[]): Promise<Appended> {
    return this.write(events);
  }

  async note(records: readonly MonitorRecord[]): Promise<void> {
    if (records.length > 0) await this.write(records);
  }

  readings(): ReadonlyMap<InputId, InputReading> {
    return new Map([[JOURNAL_INPUT, { log_time: this.lastAppendTs, at_end_since: this.atEndSince }]]);
  }

  get trouble(): string | null {
    return this.log.failure?.message ?? null;
  }

  lag(now: number): LogLag {
    const oldest = this.unread[0];
    return { records: this.unreadRecords, ms: oldest === undefined ? 0 : Math.max(0, now - oldest) };
  }

  release(upTo: ReadonlyMap<InputId, number>): Promise<void> {
    return this.log.prune(upTo.get(JOURNAL_INPUT) ?? 0);
  }

  async stop(): Promise<void> {
    await this.log.close();
    this.batches$.complete();
  }

  private async write(bodies: readonly Body[]): Promise<Appended> {
    const position = this.next;
    const append_ts = (this.lastAppendTs = Math.max(this.lastAppendTs, this.clock.now()));
    this.next += bodies.length;
    this.unread.push(append_ts);
    this.unreadRecords += bodies.length;
    try {
      await this.log.append(position, this.packr.pack([append_ts, bodies]));
    } finally {
      this.unread.shift();
      this.unreadRecords -= bodies.length;
    }
    this.emit({ records: recordsOf(position, append_ts, bodies) });
    return { input: JOURNAL_INPUT, position, append_ts };
  }

  private emit(batch: RecordBatch): void {
    this.lastAppendTs = Math.max(this.lastAppendTs, batch.records.at(-1)?.append_ts ?? -Infinity);
    this.batches$.next(batch);
  }

  private batchOf({ position, payload }: Frame): RecordBatch {
    const [append_ts, bodies] = this.packr.unpack(payload) as [number, Body[]];
    return { records: recordsOf(position, append_ts, bodies) };
  }
}

const recordsOf = (position: number, append_ts: number, bodies: readonly Body[]): LogRecord[] =>
  bodies.map((body, i) => ({ input: JOURNAL_INPUT, position: position + i, append_ts, body }));
