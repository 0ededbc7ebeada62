import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { startClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, makeTopics, startBroker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { figure, type Bench, type BenchResult } from './bench.js';
import { MonitorUnderLoad } from './monitor-under-load.js';

const ROOM = 'room-1';
const PARTITIONS = 4;
const SHARDS = 32;
const ROUNDS = 3;
const VIEWERS = { full: 200_000, short: 2_000 };
const START_TS = 1_750_000_000_000;
/** Event time over which everybody comes, and over which everybody is heard again, s. */
const ROUND_S = 20;
const MEMBERS_SETTLE_MS = 8_000;
const LOOK_MS = 100;
const GIVE_UP_MS = 600_000;

/**
 * Question: how fast one room is read, with its raw events and visits stored, keyed by itself by one process, and spread
 * over the partitions by one and by two. Everybody enters, and is heard twice more. Processes run before anything is
 * written; what is timed is from the first record written to the last event accepted. Broker, store, producer and processes
 * share the machine: with two cores, a second process has only what those leave, so the processor time of each is told.
 */
export const run: Bench = async (size) => {
  const means = brokerMeans();
  if (means.kind === 'missing') {
    leaveOut('kafka-room', `its broker needs ${means.what}`);
    return [];
  }
  const [broker, store] = await Promise.all([
    startBroker({ port: 0, dataDir: null, isLasting: size === 'full' }),
    startClickHouseFront(),
  ]);
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  const viewers = VIEWERS[size];
  const read = async (name: string, shards: number, processes: number): Promise<BenchResult> => {
    const topic = `${name}.view`;
    await makeTopics(broker.address, [topic], PARTITIONS);
    const environment = {
      ...{ ROLES: 'processor', KAFKA_BROKERS: broker.address, KAFKA_TOPICS: topic, KAFKA_GROUP_ID: name },
      ...{ KAFKA_LIVE_PREFIX: `${name}.`, SHARDED_STREAMS: shards > 1 ? ROOM : '' },
      ...{ CLICKHOUSE_URL: store.url, CLICKHOUSE_DATABASE: name },
      ...{ AUTH_JWT_SECRET: 'a secret of the bench', PSEUDONYM_KEY: 'a key of the bench' },
    };
    const members = Array.from({ length: processes }, () => new MonitorUnderLoad(environment));
    try {
      for (const member of members) await member.start();
      await sleep(MEMBERS_SETTLE_MS);
      const { rate, note } = await timed(members, ROUNDS * viewers, () => writeRoom(kafka, topic, viewers, shards));
      return figure(`kafka.room.${name}`, rate, 'events/s', undefined, note);
    } finally {
      await Promise.all(members.map((member) => member.discard()));
    }
  };
  try {
    return [await read('whole', 1, 1), await read('spread', SHARDS, 1), await read('two_processes', SHARDS, 2)];
  } finally {
    await broker.stop();
    await store.stop();
  }
};

const timed = async (
  members: readonly MonitorUnderLoad[],
  events: number,
  write: () => Promise<void>,
): Promise<{ rate: number; note: string }> => {
  const total = async (metric: string): Promise<number[]> => Promise.all(members.map((each) => each.metric(metric)));
  const cpuSeconds = (): Promise<number[]> => total('tallylight_process_cpu_seconds_total');
  const before = await cpuSeconds();
  const from = performance.now();
  await write();
  const writtenMs = performance.now() - from;
  for (;;) {
    if (sum(await total('tallylight_events_accepted_total')) >= events) break;
    if (performance.now() - from > GIVE_UP_MS) throw new Error(`not all of ${events} events were accepted`);
    await sleep(LOOK_MS);
  }
  const ms = performance.now() - from;
  await sleep(MEMBERS_SETTLE_MS);
  const shares = (await total('tallylight_events_accepted_total')).map((each) => Math.round((100 * each) / events));
  const cpu = (await cpuSeconds()).map((each, n) => (each - before[n]!).toFixed(1));
  const memory = (await total('tallylight_process_resident_memory_bytes')).map((each) => Math.round(each / 1e6));
  const cost = `${cpu.join(' + ')} s of processor, ${memory.join(' + ')} MB`;
  const note = `${events} events, written in ${(writtenMs / 1000).toFixed(1)} s, shares ${shares.join(' + ')} %, ${cost}`;
  return { rate: Math.round((1000 * events) / ms), note };
};

const sum = (figures: readonly number[]): number => figures.reduce((all, each) => all + each, 0);

const writeRoom = async (kafka: Kafka, topic: string, viewers: number, shards: number): Promise<void> => {
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  await producer.connect();
  const started = { type: 'stream_started', event_id: 'start', stream_id: ROOM, ts: START_TS, title: 'one room' };
  await producer.send({ topic, acks: -1, messages: [{ key: ROOM, value: JSON.stringify(started) }] });
  for (let round = 0; round < ROUNDS; round++) {
    for (let first = 0; first < viewers; first += 1_000) {
      const messages = Array.from({ length: Math.min(1_000, viewers - first) }, (_, i) => {
        const n = first + i;
        const ts = START_TS + round * ROUND_S * 1000 + Math.floor((n / viewers) * ROUND_S * 1000);
        const event = { event_id: `e${round}-${n}`, stream_id: ROOM, ts, viewer_id: `viewer-${n}` };
        const what = round === 0 ? { type: 'enter', source: 'recommend' } : { type: 'heartbeat' };
        const key = shards === 1 ? ROOM : `${ROOM}#${n % shards}`;
        return { key, value: JSON.stringify({ ...event, ...what }) };
      });
      await producer.send({ topic, acks: -1, messages });
    }
  }
  await producer.disconnect();
};
