import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { startClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, startBroker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { figure, type Bench } from './bench.js';
import { MonitorUnderLoad } from './monitor-under-load.js';

const ROOM = 'room-1';
const EMPTY = 'empty.view';
const PARTITIONS = 4;
const SHARDS = 32;
const ROUNDS = 3;
const VIEWERS = { full: 200_000, short: 2_000 };
const START_TS = 1_750_000_000_000;
/** Event time over which everybody comes, and over which everybody is heard again, s. */
const ROUND_S = 20;
const MEMBERS_SETTLE_MS = 8_000;
const LOOK_MS = 100;
const FIRST_PORT = 3_540;

/**
 * Question: how fast one room is read, with its raw events and visits stored, keyed by itself by one process, and spread
 * over the partitions by one and by two. Everybody enters, and is heard twice more. The log is written first, and a process
 * is ready when it has read it: what is timed is from the start to the last event accepted, less the start of as many
 * processes on an empty log. Broker, store and processes share the machine: with two cores, two
 * processes beside a broker and a store can at best be as fast as those leave room for, so their processor time is told.
 */
export const run: Bench = async (size) => {
  const means = brokerMeans();
  if (means.kind === 'missing') {
    leaveOut('kafka-room', `its broker needs ${means.what}`);
    return [];
  }
  const [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  const viewers = VIEWERS[size];
  const events = viewers * ROUNDS;
  try {
    await writeRoom(kafka, EMPTY, 0, 1);
    for (const shards of [1, SHARDS]) await writeRoom(kafka, `by-${shards}.view`, viewers, shards);
    const read = async (shards: number, processes: number, topic = `by-${shards}.view`): Promise<Read> => {
      const name = `${topic}-${processes}`;
      const members = Array.from({ length: processes }, (_, n) => {
        const environment = {
          ...{ ROLES: 'processor', KAFKA_BROKERS: broker.address, KAFKA_TOPICS: topic },
          ...{ KAFKA_GROUP_ID: name, KAFKA_LIVE_PREFIX: `${name}.`, SHARDED_STREAMS: shards > 1 ? ROOM : '' },
          ...{ CLICKHOUSE_URL: store.url, CLICKHOUSE_DATABASE: name.replaceAll(/\W/g, '_') },
          ...{ AUTH_JWT_SECRET: 'a secret of the bench', PSEUDONYM_KEY: 'a key of the bench' },
        };
        return new MonitorUnderLoad(environment, FIRST_PORT + n);
      });
      try {
        return await timed(members, topic === EMPTY ? 0 : events);
      } finally {
        await Promise.all(members.map((member) => member.discard()));
      }
    };
    const [one, two] = [await read(1, 1, EMPTY), await read(1, 2, EMPTY)];
    const whole = await read(1, 1);
    const spread = await read(SHARDS, 1);
    const shared = await read(SHARDS, 2);
    const rate = (ms: number): number => Math.round((1000 * events) / ms);
    return [
      figure('kafka.room.whole', rate(whole.ms - one.ms), 'events/s', undefined, whole.note),
      figure('kafka.room.spread', rate(spread.ms - one.ms), 'events/s', undefined, spread.note),
      figure('kafka.room.two_processes', rate(shared.ms - two.ms), 'events/s', undefined, shared.note),
    ];
  } finally {
    await broker.stop();
    await store.stop();
  }
};

/** How long it took, and at what cost. */
interface Read {
  ms: number;
  note: string;
}

const timed = async (members: readonly MonitorUnderLoad[], events: number): Promise<Read> => {
  const total = async (metric: string): Promise<number[]> => Promise.all(members.map((each) => each.metric(metric)));
  const accepted = async (): Promise<number> => sum(await total('tallylight_events_accepted_total'));
  const from = performance.now();
  await Promise.all(members.map((member) => member.start()));
  for (let count = await accepted(); count < events; count = await accepted()) {
    if (performance.now() - from > 600_000) throw new Error(`${count} of ${events} events accepted`);
    await sleep(LOOK_MS);
  }
  const ms = performance.now() - from;
  await sleep(MEMBERS_SETTLE_MS);
  const shares = (await total('tallylight_events_accepted_total')).map((each) => Math.round((100 * each) / events));
  const cpu = (await total('tallylight_process_cpu_seconds_total')).map((each) => each.toFixed(1));
  const memory = (await total('tallylight_process_resident_memory_bytes')).map((each) => Math.round(each / 1e6));
  return {
    ms,
    note: `${events} events, shares ${shares.join('+')} %, ${cpu.join('+')} s of processor, ${memory.join('+')} MB`,
  };
};

const sum = (figures: readonly number[]): number => figures.reduce((all, each) => all + each, 0);

const writeRoom = async (kafka: Kafka, topic: string, viewers: number, shards: number): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, configEntries }] });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  await producer.connect();
  if (viewers === 0) return producer.disconnect();
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
