import { setImmediate as giveWay, setTimeout as wait } from 'node:timers/promises';
import type { InputId, ReadEvent } from '#domain';
import { changeRules } from '#detect';
import type { Logger } from '#observe';
import type { StoreReader, StoreWriter } from '#store';
import { beginAgain, endAgain, readOn, type StreamState } from '#window';
import { inRoom, storeRoom, type FlowParts, type FlowStep } from './live-pipeline.js';
import { detectorOf, emptyFlowState, liveOf, putRoom, type FlowState } from './room-state.js';

const SLICE_EVENTS = 4_096;
/** A reading that failed is tried again after this, and after twice as long each time. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 300_000;

/** What a second reading is given by the flow around it. */
export interface SecondReadingEdge extends Omit<FlowParts, 'writer'> {
  writer: Pick<
    StoreWriter,
    'flush' | 'room' | 'writePanes' | 'writeVisits' | 'writePresentations' | 'writeStreams' | 'withdrawFrom'
  >;
  reader: Pick<StoreReader, 'rawEvents'>;
  log: Logger;
  /** Told what a stream's second reading changed. */
  push: (step: Pick<FlowStep, 'read' | 'streams'>) => void;
}

/** A second reading under way: what the log has brought since it began. */
interface Reading {
  since: ReadEvent[];
  /** Where each input stood when it began: what lies before is read from the store. */
  until: ReadonlyMap<InputId, number>;
}

/**
 * Streams whose end came late are read again from their raw events, beside the flow, and changed for what came of it
 * between two batches. Alerts stand as they were decided: what people were told is not undone.
 */
export class SecondReadings {
  private readonly readings = new Map<string, Reading>();
  private running: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(private readonly edge: SecondReadingEdge) {}

  /** Begins with the streams that a snapshot held unread. */
  seed(): void {
    for (const stream of this.edge.state.streams.values()) if (stream.late_end !== null) this.begin(stream.stream_id);
  }

  take({ read, streams }: FlowStep): void {
    if (this.readings.size > 0) for (const each of read) this.readings.get(each.event.stream_id)?.since.push(each);
    for (const { stream_id, late_end } of streams)
      if (late_end !== null && !this.readings.has(stream_id)) this.begin(stream_id);
  }

  /** Settles when all that were begun are done. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** Lets the one under way break off: it is begun again from the next start's snapshot. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private begin(stream_id: string): void {
    const reading = { since: [], until: new Map(this.edge.state.positions) };
    this.readings.set(stream_id, reading);
    this.running = this.running.then(() => this.untilRead(stream_id, reading));
  }

  private async untilRead(stream_id: string, reading: Reading): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = RETRY_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS)) {
      try {
        if (await this.readAgain(stream_id, reading)) return;
      } catch (err) {
        this.edge.log.error(
          { stream_id, err },
          'a stream whose end came late could not be read again; it is tried again',
        );
        await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Answers whether the stream has been changed for its second reading; not where an even earlier end came meanwhile. */
  private async readAgain(stream_id: string, { since, until }: Reading): Promise<boolean> {
    const { state, window, writer, reader, log } = this.edge;
    const before = state.streams.get(stream_id)!;
    const end = before.late_end;
    await writer.flush();
    const again = emptyFlowState({ load: () => null });
    const stream = beginAgain(before, window.settings);
    again.streams.set(stream_id, stream);
    const { rule_sets = [] } = detectorOf(state, stream_id, this.edge.detector);
    for (const set of rule_sets) changeRules(detectorOf(again, stream_id, this.edge.detector), set);
    let slice: ReadEvent[] = [];
    let events = 0;
    const readSlice = (): void => {
      events += slice.length;
      storeRoom(writer, inRoom(again, this.edge.detector, readOn(stream, before, slice, window)));
      slice = [];
    };
    for await (const read of reader.rawEvents(stream_id)) {
      if (read.position >= (until.get(read.input) ?? 0)) continue;
      slice.push(read);
      if (slice.length < SLICE_EVENTS) continue;
      readSlice();
      await giveWay();
      await writer.room();
      if (this.stopping.signal.aborted) return false;
    }
    if (this.stopping.signal.aborted || before.late_end !== end) return false;
    slice = [...slice, ...since];
    readSlice();
    this.change(before, stream, again);
    log.info({ stream_id, events, ended_at: end!.ts }, 'a stream whose end came late was read again');
    return true;
  }

  private change(before: StreamState, stream: StreamState, again: FlowState): void {
    const { state, window, detector, writer, push } = this.edge;
    const { stream_id } = before;
    const room = inRoom(again, detector, endAgain(stream, before, window));
    writer.withdrawFrom(stream_id, before.late_end!.ts);
    storeRoom(writer, room);
    writer.writeStreams([room.summary]);
    putRoom(state, {
      window: stream,
      live: liveOf(again, stream_id, -Infinity),
      detector: detectorOf(state, stream_id, detector),
    });
    this.readings.delete(stream_id);
    push({ read: [], streams: [{ ...room, decisions: [] }] });
  }
}
