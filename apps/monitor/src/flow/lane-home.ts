import { join } from 'node:path';
import { matchesPattern, type Clock } from '#domain';
import type { Config } from '#config';
import { blankViewerIds, createDecoder, createPseudonymiser, type Decoder } from '#decode';
import {
  Archive,
  inputOf,
  Journal,
  journalLane,
  KafkaShares,
  KafkaSource,
  Snapshots,
  type DecodeRecord,
  type KafkaLink,
  type LaneId,
  type LaneSource,
  type PostedLog,
  type RoomArchive,
  type SnapshotStore,
} from '#ingest';
import type { Logger, Meters } from '#observe';
import type { StoreWriter } from '#store';
import { deadLetterKeeper } from './dead-letters.js';
import type { RoomState } from './room-state.js';
import type { ShareWay } from './share-desk.js';

const SEGMENT_BYTES_MAX = 64 << 20;

/** Where lanes come from, and where their state is kept between processes. */
export interface LaneHome {
  readonly source: LaneSource;
  /** How lanes put together the streams that are spread over them; absent where there is one lane. */
  readonly shares?: ShareWay;
  /** Makes this process the lane's owner; `epoch` is larger than that of any owner before. */
  open(lane: LaneId): Promise<OpenLane>;
}

/** A lane that is this process's: in which epoch, and where its state and the rooms that rest are kept. */
export interface OpenLane {
  epoch: number;
  snapshots: SnapshotStore<RoomState>;
  archive: RoomArchive<RoomState>;
}

/** What a home is built with. */
export interface HomeEdge {
  config: Config;
  clock: Clock;
  log: Logger;
  meters: Meters;
  writer: StoreWriter;
}

/** One lane, all of it in the data folder, and what is posted goes into it. */
export const openLocalHome = async ({ config, clock, meters }: HomeEdge): Promise<LaneHome & { posted: PostedLog }> => {
  const { dataDir, journalFsync } = config;
  const wrote = (seconds: number, bytes_kept: number): void => {
    meters.journalAppend.observe(seconds);
    meters.journalBytes.set(bytes_kept);
  };
  const settings = { fsync: journalFsync, segmentBytesMax: SEGMENT_BYTES_MAX, wrote };
  const journal = await Journal.open(join(dataDir, 'journal'), settings, clock);
  const snapshots = new Snapshots<RoomState>(join(dataDir, 'snapshots'));
  const archive = new Archive<RoomState>(join(dataDir, 'archive'));
  return {
    source: journalLane(journal),
    posted: journal,
    open: () => Promise.resolve({ epoch: 0, snapshots, archive }),
  };
};

/** A lane for each partition that the group gives, all of it in Kafka. */
export const openKafkaHome = (link: KafkaLink, { config, clock, log, meters, writer }: HomeEdge): LaneHome => ({
  source: new KafkaSource(link, {
    decode: recordReader(decoderOf(config)),
    clock,
    log,
    fetched: (records, bytes) => {
      meters.recordsRead.inc({ origin: 'kafka' }, records);
      meters.bytesRead.inc({ origin: 'kafka' }, bytes);
    },
    keepDeadLetters: deadLetterKeeper({ meters, writer }),
    isSharded: (stream_id) => isSharded(link, stream_id),
  }),
  shares: shareWay(link, log),
  async open(lane) {
    const snapshots = link.snapshots<RoomState>(lane);
    const epoch = await snapshots.claim();
    // Those who owned it before may have told alerts that are not read yet; they must not be told again.
    await link.tail.caughtUp(link.topics.alerts);
    log.info({ partition: lane, epoch }, 'owns a partition');
    return { epoch, snapshots, archive: link.archive<RoomState>(lane) };
  },
});

const isSharded = ({ config }: KafkaLink, stream_id: string): boolean =>
  config.shardedStreams.some((pattern) => matchesPattern(pattern, stream_id));

/** The lanes that a stream is spread over; `null`: it is not. */
export const lanesOf = (link: KafkaLink, stream_id: string): readonly LaneId[] | null =>
  isSharded(link, stream_id) ? link.lanes : null;

const shareWay = (link: KafkaLink, log: Logger): ShareWay => {
  const shares = new KafkaShares(link, log);
  return {
    lanesOf: (stream_id) => lanesOf(link, stream_id),
    inputsOf: (lane) => link.config.topics.map((topic) => inputOf(topic, Number(lane))),
    tell: (tellings, stored) => shares.tell(tellings, stored),
    ask: (asks) => shares.ask(asks),
    safe: () => shares.safe(),
    stop: () => shares.stop(),
  };
};

export const decoderOf = (config: Config): Decoder =>
  createDecoder({
    pseudonymise: createPseudonymiser(config.pseudonymKey),
    maxFutureMs: config.eventTime.maxFutureMs,
  });

/** Records from Kafka are decoded as they are read; what cannot be is kept with its viewer ids blanked. */
export const recordReader =
  (decoder: Decoder): DecodeRecord =>
  (bytes, start, end, append_ts) => {
    const decoded = decoder.decode(bytes, start, end, append_ts);
    if (decoded.ok) return decoded;
    const { reason, detail } = decoded;
    return { ok: false, letter: { reason, detail, bytes: blankViewerIds(bytes.subarray(start, end)) } };
  };
