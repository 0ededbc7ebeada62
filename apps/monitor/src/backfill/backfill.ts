import { setImmediate as giveWay } from 'node:timers/promises';
import type { Config } from '#config';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import type { Clock } from '#domain';
import { KafkaLink, readSession, type LaneId } from '#ingest';
import { createMeters, type Logger } from '#observe';
import { decodeEntry } from '#push';
import { migrate, openClient, storePlaceOf, StoreNotes, StoreReader, type StoreClient } from '#store';
import type { WindowContext } from '#window';
import { createUnderstanding, jiebaSegmenter, remembering } from '#words';
import { decoderOf, lanesOf, recordReader, type OpenLane } from '../flow/lane-home.js';
import { LiveLane } from '../flow/live-lane.js';
import type { FlowStep } from '../flow/live-pipeline.js';
import { openTopicTape } from '../flow/topic-tape.js';
import { ProhibitedList } from '../said/prohibited-list.js';
import { openWriter } from '../store-writer.js';
import { isOver } from './is-over.js';

/** What a backfill is given by the program around it. */
export interface BackfillEdge {
  config: Config;
  clock: Clock;
  log: Logger;
  crash: (error: unknown) => void;
}

/** What is asked for. */
export interface BackfillRequest {
  stream_id: string;
  /** Where its records are, where producers deal keys out in a way of their own. */
  partition: number | null;
  /** Also where Kafka may no longer hold the beginning. */
  partial: boolean;
}

/** What came of it; `refused` says what to do. */
export type BackfillOutcome = { kind: 'done'; summary: BackfillSummary } | { kind: 'refused'; reason: string };

/** What was rewritten. */
export interface BackfillSummary {
  stream_id: string;
  partition: number;
  records: number;
  events: number;
  panes: number;
  status: 'live' | 'ended';
  /** Decided again, and how many of them the alert log does not know. */
  alerts: number;
  alerts_unknown: number;
}

/**
 * Between an owner's revisions and the next one's, so that what is read again replaces what was written. What the same
 * owner still writes of the stream loses: hence only of one that is over, and after late records it is to be done again.
 */
const HALF_AN_EPOCH = 0.5;

/**
 * Reads one session again from Kafka and writes its rows anew: the same panes, visits, presentations and summary, which
 * replace those that are there. Alerts are decided again and compared with the alert log, which is not written: what
 * people were told stands. Of a session that goes on nothing is written: its owner's rows would lose from then on.
 */
export const backfill = async (edge: BackfillEdge, request: BackfillRequest): Promise<BackfillOutcome> => {
  const { config, log, crash } = edge;
  if (config.kafka === null)
    return { kind: 'refused', reason: 'KAFKA_BROKERS is not set: there is no log to read again' };
  const client = await openClient(storePlaceOf(config));
  const link = await KafkaLink.open(config.kafka, log, crash);
  try {
    await migrate(client);
    const read = recordReader(decoderOf(config));
    const session = await readSession(link, request.stream_id, read, request.partition, crash);
    if (session.records === 0) return { kind: 'refused', reason: nothingThere(request.stream_id, session.partition) };
    if (session.isCut && !request.partial) return { kind: 'refused', reason: isCut(session.partition) };
    const window = {
      settings: config.eventTime,
      rates: config.fxRates,
      lanesOf: (each: string) => lanesOf(link, each),
    };
    if (!(await isOver(request.stream_id, session.batches, window)))
      return { kind: 'refused', reason: goesOn(request.stream_id, session.partition) };
    return { kind: 'done', summary: await rewrite(edge, link, client, window, request.stream_id, session) };
  } finally {
    await link.close();
    await client.close();
  }
};

const rewrite = async (
  { clock, log, crash }: BackfillEdge,
  link: KafkaLink,
  client: StoreClient,
  window: WindowContext,
  stream_id: string,
  { partition, records, batches }: Awaited<ReturnType<typeof readSession>>,
): Promise<BackfillSummary> => {
  const writer = openWriter(client, createMeters(), log);
  const summary: BackfillSummary = {
    ...{ stream_id, partition, records, events: 0, panes: 0, status: 'live', alerts: 0, alerts_unknown: 0 },
  };
  const known = new Set<string>();
  await openTopicTape('alerts', link, log).open((bytes) => {
    const { alert } = decodeEntry(bytes);
    if (alert.stream_id === stream_id) known.add(alert.alert_id);
    return true;
  });
  const decided = new Set<string>();
  const count = ({ read, streams }: Pick<FlowStep, 'read' | 'streams'>): void => {
    summary.events += read.length;
    for (const room of streams) {
      summary.panes += room.moments.length;
      summary.status = room.summary.status;
      for (const { alert_id } of room.decisions) decided.add(alert_id);
    }
  };
  const id: LaneId = String(partition);
  const epoch = (await link.snapshots(id).epochNow()) + HALF_AN_EPOCH;
  const words = remembering(createUnderstanding(jiebaSegmenter(), []));
  await ProhibitedList.open(new StoreNotes(client), words, clock);
  const lane = await LiveLane.open(id, {
    home: { open: () => Promise.resolve(nothingKept(epoch)), source: { release: () => Promise.resolve() } },
    window: { ...window, hear: words.understand },
    detector: createDetector(DEFAULT_CONTEXT),
    ...{ writer, reader: new StoreReader(client), clock, log, crash },
    outputsSafe: () => writer.flush(),
    push: count,
    readAgain: count,
    rests: () => undefined,
    wakes: () => undefined,
  });
  for (const batch of batches) {
    lane.batches.next({ ...batch, lane: id });
    await writer.room();
    await giveWay();
  }
  lane.caughtUp();
  await lane.settled();
  lane.end();
  await writer.close();
  summary.alerts = decided.size;
  summary.alerts_unknown = [...decided].filter((alert_id) => !known.has(alert_id)).length;
  return summary;
};

/** The session is read from its beginning, and nobody goes on from where it ends. */
const nothingKept = (epoch: number): OpenLane => ({
  epoch,
  snapshots: { newest: () => Promise.resolve(null), write: () => Promise.resolve() },
  archive: {
    load: () => null,
    save: () => Promise.resolve(null),
    fetch: () => Promise.reject(new Error('nothing rests here')),
  },
});

const nothingThere = (stream_id: string, partition: number): string =>
  `partition ${partition} holds no record of the stream "${stream_id}"; give --partition where its producers deal keys ` +
  'out otherwise than Java clients do';

const goesOn = (stream_id: string, partition: number): string =>
  `the stream "${stream_id}" is not over where partition ${partition} ends, and what its owner writes of it from now on would ` +
  'lose against what is rewritten: wait until it has ended, or close it (POST /api/v1/streams/close), and do it then';

const isCut = (partition: number): string =>
  `Kafka has deleted the beginning of partition ${partition}, maybe of this session too: what would be written may lack ` +
  'it; --partial does it all the same';
