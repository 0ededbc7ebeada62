import { streamOfShare } from '#domain';
import type {
  Clock,
  EventTimeSettings,
  InputId,
  InputReading,
  ReadEvent,
  RecordBatch,
  ShareAsked,
  ShareTold,
} from '#domain';
import type { LaneId } from '#ingest';
import { asksOf, isQuiet, tellingOf, type StreamState, type StreamStep } from '#window';

/** The way between the lanes that a stream is spread over. */
export interface ShareWay {
  /** The lanes that a stream is spread over; `null`: it is not. */
  lanesOf(stream_id: string): readonly LaneId[] | null;
  /** The inputs of a lane that records of shares come on. */
  inputsOf(lane: LaneId): readonly InputId[];
  /** Tells the owner of a stream; `stored` settles when the rows are safe that are told of. */
  tell(tellings: readonly ShareTold[], stored: () => Promise<void>): void;
  ask(asks: readonly { lane: LaneId; ask: ShareAsked }[]): void;
  /** Settles when all that was said so far is durable. */
  safe(): Promise<void>;
  stop(): void;
}

/** A lane as its shares need it. */
interface ShareLane {
  readonly id: LaneId;
  readonly epoch: number;
  readonly state: { readonly streams: ReadonlyMap<string, StreamState> };
}

/** What a batch did, as far as shares are concerned. */
interface ShareNews {
  batch: RecordBatch;
  read: readonly ReadEvent[];
  streams: readonly StreamStep[];
  shares: readonly StreamStep[];
}

/** Danmaku told at once: as many as are shown. */
const DANMAKU_MAX = 5;

/**
 * What a process has to say about streams that are spread over lanes: as the owner of a share to the stream's owner, as
 * the stream's owner to its shares. What became final is said at once, how it stands at least each second.
 */
export class ShareDesk {
  /** What was said of each share and asked of each stream last, so that it is not said again for nothing. */
  private readonly said = new Map<string, string>();
  private readonly asked = new Map<string, string>();
  /** Danmaku read of each stream since they were last told. */
  private readonly heard = new Map<string, ReadEvent[]>();

  constructor(
    private readonly way: ShareWay,
    private readonly settings: EventTimeSettings,
    private readonly clock: Clock,
    private readonly readings: () => ReadonlyMap<InputId, InputReading>,
    private readonly stored: () => Promise<void>,
    /** Shows danmaku that were read in other lanes. */
    private readonly show: (events: readonly ReadEvent[]) => void,
  ) {}

  /** After a batch: tells what it made final, and asks for what it made known. */
  take(lane: ShareLane, { batch, read, streams, shares }: ShareNews): void {
    if (shares.length > 0) this.hear(read);
    for (const step of shares) this.tell(lane, lane.state.streams.get(step.stream_id)!, step);
    for (const { stream_id } of streams) {
      const stream = lane.state.streams.get(stream_id);
      if (stream?.shares === undefined) continue;
      this.ask(stream, false);
      for (const { body } of batch.records)
        if ('kind' in body && body.kind === 'share_told' && body.stream_id === stream_id) this.show(body.sample);
    }
  }

  /** Each second. */
  beat(lane: ShareLane): void {
    for (const stream of lane.state.streams.values()) {
      if (stream.share_of !== undefined) this.tell(lane, stream, NOTHING);
      else if (stream.shares !== undefined) this.ask(stream, true);
    }
  }

  /** The lane is another process's. */
  forget({ id, state }: ShareLane): void {
    for (const stream_id of state.streams.keys()) this.rests(id, stream_id);
  }

  /** A stream or share of the lane has left memory. What was said of it, should it come back, may be said again. */
  rests(lane: LaneId, stream_id: string): void {
    this.said.delete(`${lane} ${stream_id}`);
    this.asked.delete(stream_id);
    this.heard.delete(streamOfShare(stream_id) ?? stream_id);
  }

  private tell(lane: ShareLane, share: StreamState, step: Pick<StreamStep, 'moments' | 'corrected'>): void {
    const { id, epoch } = lane;
    const quiet = isQuiet(share, readingsOf(id, this.readings()), this.clock.now(), this.settings);
    const place = `${id} ${share.stream_id}`;
    const closes = share.closed && this.said.get(place)?.startsWith('closed') !== true;
    const says = `${share.closed ? 'closed' : 'open'} ${quiet} ${share.applied}`;
    const isNews = step.moments.length + step.corrected.length > 0 || step === NOTHING || closes;
    if (!isNews || (step === NOTHING && this.said.get(place) === says)) return;
    this.said.set(place, says);
    const from = { stream_id: share.share_of!, lane: id, epoch };
    const sample = this.heard.get(from.stream_id) ?? [];
    this.heard.delete(from.stream_id);
    this.way.tell(tellingOf(share, step, from, quiet, sample), closes ? this.stored : () => Promise.resolve());
  }

  private hear(read: readonly ReadEvent[]): void {
    for (const each of read) {
      const { type, stream_id } = each.event;
      if (type !== 'danmaku' || each.lateness === 'too_late' || this.way.lanesOf(stream_id) === null) continue;
      const heard = this.heard.get(stream_id) ?? [];
      if (heard.length < DANMAKU_MAX) this.heard.set(stream_id, [...heard, each]);
    }
  }

  private ask(stream: StreamState, again: boolean): void {
    const asks = asksOf(stream);
    const says = asks.map(({ lane, ask }) => `${lane} ${ask.ended_at} ${ask.currency}`).join();
    if (!again && says === this.asked.get(stream.stream_id)) return;
    this.asked.set(stream.stream_id, says);
    this.way.ask(asks);
  }
}

const NOTHING: Pick<StreamStep, 'moments' | 'corrected'> = { moments: [], corrected: [] };

/** How far the inputs of a lane are read: their names end with its number. */
export const readingsOf = (lane: LaneId, readings: ReadonlyMap<InputId, InputReading>): Map<InputId, InputReading> =>
  new Map([...readings].filter(([input]) => input.endsWith(`/${lane}`)));
