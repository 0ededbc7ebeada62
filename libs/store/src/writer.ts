import type { Alert, DeadLetter, Pane, Presentation, ReadEvent, StreamSummary, Visit } from '#domain';
import type { StoreClient } from './client.js';
import { eventBlock } from './event-rows.js';
import { alertLine, deadLetterLine, presentationLine, streamLine } from './json-rows.js';
import type { NativeBlock } from './native-block.js';
import { paneBlock } from './pane-rows.js';
import { readQuery } from './sql-files.js';
import { visitBlock } from './visit-rows.js';

/** How rows are gathered; the defaults are what was measured best (docs/adr/0005-store.md). */
export interface WriterSettings {
  readonly flushEveryMs: number;
  readonly flushAtRows: number;
  /** From this many rows waiting on, {@link StoreWriter.room} holds the flow back until half of them are stored. */
  readonly waitingRowsMax: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
}

export const DEFAULT_WRITER: WriterSettings = {
  flushEveryMs: 1_000,
  flushAtRows: 100_000,
  waitingRowsMax: 400_000,
  retryFirstMs: 200,
  retryMaxMs: 10_000,
};

/** Told of every insert that failed and will be tried again, after so many ms. */
export type OnRetry = (table: string, error: unknown, retryInMs: number) => void;

/** Told of every insert that was taken, with its seconds. */
export type OnStored = (table: string, rows: number, seconds: number) => void;

/** One insert: rows of one table, ready to be sent as often as it takes. */
interface Insert {
  readonly table: string;
  readonly rows: number;
  send(): Promise<void>;
}

/** What is stored of a flush after the rows that are many and before its alerts and its streams, in that order. */
const TABLES = ['presentations', 'dead_letters'] as const;

/**
 * Gathers rows and stores them in batches, at least once and in order; a row stored twice is read once, because every
 * table keeps of each key the newest row only.
 *
 * Law: a flush stores streams after everything handed in before them, so a stream reads `ended` only when all its other
 * rows can be read. Nothing is dropped: a store that is down is tried again, slower and slower, while rows wait;
 * {@link room} is how the flow learns to stop reading.
 */
export class StoreWriter {
  private readonly events = eventBlock();
  private readonly panes = paneBlock();
  private readonly visits = visitBlock();
  private lines = new Map<string, string[]>();
  /** Of each stream its newest row: one comes with every batch. */
  private streams = new Map<string, StreamSummary>();
  private withdrawals: { stream_id: string; from: number }[] = [];
  private waitingRows = 0;
  private draining: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closing = false;
  private streamsWaitFor: () => Promise<unknown> = () => Promise.resolve();
  private waitersForRoom: (() => void)[] = [];
  private readonly withdraw = [readQuery('withdraw-panes'), readQuery('withdraw-visits')];
  /** Ends the wait before the next try. */
  private retryNow: () => void = () => undefined;

  constructor(
    private readonly client: StoreClient,
    private readonly onRetry: OnRetry,
    private readonly settings: WriterSettings = DEFAULT_WRITER,
    private readonly onStored: OnStored = () => undefined,
  ) {}

  /** Streams are stored only when this has settled too, with the alerts handed in until then: a stream that reads `ended` has told them. */
  holdStreams(until: () => Promise<unknown>): void {
    this.streamsWaitFor = until;
  }

  /** Rows handed in and not yet stored. */
  get waiting(): number {
    return this.waitingRows;
  }

  /** So much waits that the flow should take in no more for now. */
  get isFull(): boolean {
    return this.waitingRows >= this.settings.waitingRowsMax;
  }

  writeEvents(events: readonly ReadEvent[]): void {
    this.fill(this.events, events);
  }

  writePanes(panes: readonly Pane[]): void {
    this.fill(this.panes, panes);
  }

  writeVisits(visits: readonly Visit[]): void {
    this.fill(this.visits, visits);
  }

  writePresentations(presentations: readonly Presentation[]): void {
    this.gather('presentations', presentations, presentationLine);
  }

  writeAlerts(alerts: readonly Alert[]): void {
    this.gather('alerts', alerts, alertLine);
  }

  writeDeadLetters(letters: readonly DeadLetter[]): void {
    this.gather('dead_letters', letters, deadLetterLine);
  }

  /** Withdraws a stream's panes and visits that begin at `from`, ms, or later, among those handed in before. */
  withdrawFrom(stream_id: string, from: number): void {
    this.withdrawals.push({ stream_id, from });
    this.gathered(1);
  }

  writeStreams(streams: readonly StreamSummary[]): void {
    const before = this.streams.size;
    for (const stream of streams) {
      const known = this.streams.get(stream.stream_id);
      if (known === undefined || known.revision <= stream.revision) this.streams.set(stream.stream_id, stream);
    }
    this.gathered(this.streams.size - before);
  }

  /** Settles when everything handed in before can be read. Rejects only when the writer is closed on a store that is down. */
  async flush(): Promise<void> {
    if (this.draining !== null) await this.draining;
    if (this.waitingRows > 0) await this.drain();
  }

  /** Settles when there is room for more rows: at once below the bound, else when half of it is free. */
  room(): Promise<void> {
    if (this.waitingRows < this.settings.waitingRowsMax || this.closing) return Promise.resolve();
    return new Promise((resolve) => this.waitersForRoom.push(resolve));
  }

  /** Stores what waits, trying once more at most, and stops; nobody is held back from now on. Rejects where that failed: the log still has those rows. */
  async close(): Promise<void> {
    this.closing = true;
    this.retryNow();
    this.makeRoom();
    await this.flush();
  }

  private fill<Row>(block: NativeBlock<Row>, rows: readonly Row[]): void {
    if (rows.length === 0) return;
    for (const row of rows) block.write(row);
    this.gathered(rows.length);
  }

  private gather<Row>(table: string, rows: readonly Row[], line: (row: Row) => string): void {
    if (rows.length === 0) return;
    const lines = this.lines.get(table) ?? [];
    for (const row of rows) lines.push(line(row));
    this.lines.set(table, lines);
    this.gathered(rows.length);
  }

  private gathered(rows: number): void {
    this.waitingRows += rows;
    if (this.waitingRows >= this.settings.flushAtRows) this.drainInBackground();
    else this.drainLater();
  }

  private drainLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.drainInBackground();
    }, this.settings.flushEveryMs);
  }

  private drainInBackground(): void {
    if (this.draining === null) this.drain().catch(() => undefined);
  }

  private drain(): Promise<void> {
    this.draining ??= this.storeAll().finally(() => {
      this.draining = null;
      if (this.closing || this.waitingRows === 0) return;
      if (this.waitingRows >= this.settings.flushAtRows) this.drainInBackground();
      else this.drainLater();
    });
    return this.draining;
  }

  private async storeAll(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const rows = [
      ...[this.events, this.panes, this.visits].flatMap((block) => this.takeBlock(block)),
      ...TABLES.flatMap((table) => this.takeLines(table)),
      ...this.takeWithdrawals(),
    ];
    const streams = this.takeStreams();
    await this.storeEach(rows);
    if (streams.length > 0) await this.streamsWaitFor().catch(() => undefined);
    await this.storeEach(this.takeLines('alerts'));
    await this.storeEach(streams);
  }

  private async storeEach(inserts: readonly Insert[]): Promise<void> {
    for (const insert of inserts) {
      await this.storeWithRetry(insert);
      this.stored(insert.rows);
    }
  }

  private takeWithdrawals(): Insert[] {
    const withdrawals = this.withdrawals;
    this.withdrawals = [];
    return withdrawals.map((which) => ({
      table: 'panes and visits',
      rows: 1,
      send: async () => {
        for (const statement of this.withdraw) await this.client.write.run(statement, which);
      },
    }));
  }

  private takeBlock(block: Pick<NativeBlock<unknown>, 'rows' | 'take'>): Insert[] {
    if (block.rows === 0) return [];
    const taken = block.take();
    return [{ table: taken.table, rows: taken.rows, send: () => this.client.insertNative(taken) }];
  }

  private takeStreams(): Insert[] {
    const streams = this.streams;
    this.streams = new Map();
    return this.inLines('streams', [...streams.values()].map(streamLine));
  }

  private takeLines(table: string): Insert[] {
    const lines = this.lines.get(table) ?? [];
    this.lines.delete(table);
    return this.inLines(table, lines);
  }

  private inLines(table: string, lines: readonly string[]): Insert[] {
    const inserts: Insert[] = [];
    for (let from = 0; from < lines.length; from += this.settings.flushAtRows) {
      const slice = lines.slice(from, from + this.settings.flushAtRows);
      const send = (): Promise<void> => this.client.write.insertJson(table, slice.join('\n'));
      inserts.push({ table, rows: slice.length, send });
    }
    return inserts;
  }

  private async storeWithRetry(insert: Insert): Promise<void> {
    for (let retryInMs = this.settings.retryFirstMs; ; retryInMs = Math.min(2 * retryInMs, this.settings.retryMaxMs)) {
      try {
        const began = performance.now();
        await insert.send();
        return this.onStored(insert.table, insert.rows, (performance.now() - began) / 1000);
      } catch (error) {
        if (this.closing) throw error;
        this.onRetry(insert.table, error, retryInMs);
        await this.waitToRetry(retryInMs);
      }
    }
  }

  private waitToRetry(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.retryNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private stored(rows: number): void {
    this.waitingRows -= rows;
    if (this.waitingRows <= this.settings.waitingRowsMax / 2) this.makeRoom();
  }

  private makeRoom(): void {
    const waiters = this.waitersForRoom;
    this.waitersForRoom = [];
    for (const waiter of waiters) waiter();
  }
}
