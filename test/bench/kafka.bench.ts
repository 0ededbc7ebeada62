import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { Subject } from 'rxjs';
import { DEFAULT_EVENT_TIME, systemClock, type RecordBatch } from '#domain';
import { createDecoder, createPseudonymiser, blankViewerIds } from '#decode';
import { createDetector, DEFAULT_CONTEXT } from '#detect';
import { KafkaLink, KafkaSource, type DecodeRecord, type LaneId, type LaneKeeper } from '#ingest';
import { createLogger } from '#observe';
import { StoreWriter } from '#store';
import { step, type WindowState } from '#window';
import { livePipeline } from '../../apps/monitor/src/flow/live-pipeline.js';
import { emptyFlowState } from '../../apps/monitor/src/flow/room-state.js';
import { brokerMeans, makeTopics, startBroker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { temporaryStore } from '../kit/temporary-store.js';
import { median, type Bench, type BenchResult } from './bench.js';
import { eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 10_000 };
const ROUNDS = { full: 5, short: 1 };
const TOPIC = 'bench.view';
const PARTITIONS = 4;
const SEND_AT_ONCE = 2_000;
const WINDOW = { settings: DEFAULT_EVENT_TIME, rates: {} };

/**
 * Question: how many events a second go from a broker on the same machine to final panes, against a bare kafkajs
 * `eachBatch` with `JSON.parse` of each record on the same topic? `kafka.pipeline.stored` runs the whole flow and stores
 * every row, raw events included. Each round is a new group that reads the topic from its beginning; its time runs from
 * its first record to its last, so that joining the group, which takes seconds, is in neither.
 */
export const run: Bench = async (size) => {
  const means = brokerMeans();
  if (means.kind === 'missing') {
    leaveOut('kafka', `its broker needs ${means.what}`);
    return [];
  }
  const broker = await startBroker({ port: 0, dataDir: null, isLasting: size === 'full' });
  const store = await temporaryStore();
  const writer = new StoreWriter(store.client, (_, error) => {
    throw error;
  });
  try {
    const total = await fill(broker.address, EVENTS[size]);
    const rates = { bare: [] as Rate[], panes: [] as Rate[], stored: [] as Rate[] };
    // One of each before those that count, for the compiler.
    for (let round = -1; round < ROUNDS[size]; round++) {
      const some = {
        bare: await bare(broker.address, `bare-${round}`, total),
        panes: await ours(broker.address, `panes-${round}`, total, null),
        stored: await ours(broker.address, `stored-${round}`, total, writer),
      };
      if (round < 0) continue;
      for (const name of ['bare', 'panes', 'stored'] as const) rates[name].push(some[name]);
    }
    return [
      result('kafka.pipeline', rates.panes, rates.bare, 0.8),
      result('kafka.pipeline.stored', rates.stored, rates.bare, 0.45),
    ];
  } finally {
    await writer.close();
    await store.discard();
    await broker.stop();
  }
};

/** Events a second, by the clock and by this process's processor time. */
interface Rate {
  wall: number;
  cpu: number;
}

const fill = async (address: string, count: number): Promise<number> => {
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  await makeTopics(address, [TOPIC], PARTITIONS);
  const producer: Producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  await producer.connect();
  const events = eventsOfRooms(count);
  for (let from = 0; from < events.length; from += SEND_AT_ONCE) {
    const messages = events
      .slice(from, from + SEND_AT_ONCE)
      .map((event) => ({ key: event.stream_id, value: JSON.stringify(event) }));
    await producer.send({ topic: TOPIC, acks: -1, messages });
  }
  await producer.disconnect();
  // Spans of append time are given out when they are over.
  await sleep(500);
  return events.length;
};

/** From the first call of `begin` to `end`. */
const stopwatch = () => {
  let began: { at: number; cpu: NodeJS.CpuUsage } | null = null;
  return {
    begin: () => (began ??= { at: performance.now(), cpu: process.cpuUsage() }),
    end: (units: number): Rate => {
      const { user, system } = process.cpuUsage(began!.cpu);
      return { wall: (units / (performance.now() - began!.at)) * 1000, cpu: (units / (user + system)) * 1e6 };
    },
  };
};

const bare = async (address: string, groupId: string, total: number): Promise<Rate> => {
  globalThis.gc?.();
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 1 << 20, maxBytes: 8 << 20, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  const watch = stopwatch();
  let [read, ts] = [0, 0];
  const rate = await new Promise<Rate>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        watch.begin();
        for (const { value } of batch.messages) ts ^= (JSON.parse(value!.toString()) as { ts: number }).ts;
        read += batch.messages.length;
        if (read === total) resolve(watch.end(total));
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  if (ts === 1) throw new Error('nobody may leave the work out');
  return rate;
};

/** The monitor's own source, to final panes; with a writer through the whole flow, until every row is stored. */
const ours = async (address: string, name: string, total: number, writer: StoreWriter | null): Promise<Rate> => {
  globalThis.gc?.();
  const log = createLogger('silent');
  const crash = (error: unknown): never => {
    throw error;
  };
  const config = {
    brokers: [address],
    topics: [TOPIC],
    groupId: name,
    shardedStreams: [],
    livePrefix: `${name}.`,
    ssl: false,
    sasl: null,
  };
  const link = await KafkaLink.open(config, log, crash);
  const watch = stopwatch();
  const decoder = createDecoder({
    pseudonymise: createPseudonymiser('a key of the bench'),
    maxFutureMs: DEFAULT_EVENT_TIME.maxFutureMs,
  });
  const decode: DecodeRecord = (bytes, start, end, append_ts) => {
    watch.begin();
    const decoded = decoder.decode(bytes, start, end, append_ts);
    if (decoded.ok) return decoded;
    const { reason, detail } = decoded;
    return { ok: false, letter: { reason, detail, bytes: blankViewerIds(bytes.subarray(start, end)) } };
  };
  const source = new KafkaSource(link, {
    ...{ decode, clock: systemClock, log },
    fetched: () => undefined,
    isSharded: () => false,
    keepDeadLetters: ([letter]) => crash(new Error(letter!.detail)),
  });
  let read = 0;
  const lanes = new Map<LaneId, (batch: RecordBatch) => void>();
  source.batches$.subscribe((batch) => {
    read += batch.records.length;
    lanes.get(batch.lane)!(batch);
  });
  const keeper: LaneKeeper = {
    gain: (id) => {
      lanes.set(id, writer === null ? toPanes() : throughFlow(writer));
      return Promise.resolve(new Map());
    },
    caughtUp: () => undefined,
    lose: () => undefined,
    wake: () => Promise.resolve(),
    ready: () => writer?.room() ?? Promise.resolve(),
  };
  await source.start(keeper);
  await writer?.flush();
  const rate = watch.end(total);
  await source.stop();
  await link.close();
  if (read !== total) throw new Error(`${read} of ${total} records were read`);
  return rate;
};

const toPanes = (): ((batch: RecordBatch) => void) => {
  const state: WindowState = new Map();
  return (batch) => void step(state, batch, WINDOW);
};

const throughFlow = (writer: StoreWriter): ((batch: RecordBatch) => void) => {
  const batches$ = new Subject<RecordBatch>();
  const detector = createDetector(DEFAULT_CONTEXT);
  const state = emptyFlowState({ load: () => null });
  livePipeline(batches$, { state, window: WINDOW, detector, writer }).subscribe();
  return (batch) => batches$.next(batch);
};

const result = (name: string, rates: readonly Rate[], baselines: readonly Rate[], ratio_min: number): BenchResult => {
  const [wall, cpu] = [median(rates.map((rate) => rate.wall)), median(rates.map((rate) => rate.cpu))];
  const base = { wall: median(baselines.map((rate) => rate.wall)), cpu: median(baselines.map((rate) => rate.cpu)) };
  const ratio = Number((wall / base.wall).toPrecision(3));
  return {
    ...{ name, value: Math.round(wall), unit: 'events/s' },
    baseline: { name: 'kafkajs eachBatch and JSON.parse', value: Math.round(base.wall) },
    ...{ ratio, cpu_ratio: Number((cpu / base.cpu).toPrecision(3)) },
    ...{ goal: { ratio_min }, met: ratio >= ratio_min },
    note: 'broker on the same machine',
  };
};
