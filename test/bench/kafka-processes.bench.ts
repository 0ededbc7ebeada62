import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '#contract';
import { DEFAULT_EVENT_TIME } from '#domain';
import { startClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, makeTopics, startBroker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { figure, quantile, type Bench } from './bench.js';
import { eventsOfRooms } from './rooms.js';
import { ADMIN_TOKEN, MonitorUnderLoad } from './monitor-under-load.js';

const TOPIC = 'live.view';
const PARTITIONS = 4;
const CROWD = { full: { streams: 1_000, viewers: 1_000 }, short: { streams: 20, viewers: 50 } };
const IDLE_STREAMS = { full: 10_000, short: 100 };
/** One in each partition, and some more, in which something happens each second. */
const ACTIVE_STREAMS = { full: 50, short: 5 };
/** Until the checkpoint has passed that what came in brings about. */
const SETTLING_MS = { full: 40_000, short: 2_000 };
/** Long enough for a checkpoint, which comes each 30 s, and for every room to be told again, which comes each minute. */
const MEASURED_MS = { full: 70_000, short: 2_000 };
const LIVE = { full: { rooms: 100, seconds: 40 }, short: { rooms: 5, seconds: 12 } };
const EVENTS_A_ROOM = 100;
const SCALE = { full: 400_000, short: 5_000 };
const SEND_AT_ONCE = 2_000;
const TICK_MS = 100;
/** A word that the default list has, alone in its message. */
const LISTED = '加微信';

/**
 * Questions, of processors and gateways as processes of their own behind a broker on the same machine:
 * `kafka.memory`: what a processor with a thousand streams and a million present viewers holds, resident, after a checkpoint.
 * `kafka.idle`: what ten thousand streams cost in which nothing happens, in processor time of the processor;
 * `kafka.idle.some_active`: the same while fifty of them get an event a second, so that there is something to snapshot.
 * `kafka.alert`: from the moment at which an alert's pane can be final (its end and the out-of-order bound) to the alert at
 * a socket of a gateway, at ten thousand events a second; the sockets, the producer and the store are this process.
 * `kafka.scale`: how much sooner two processors are through the same events than one, as fast as they are produced; broker,
 * producer, store and processors share the machine.
 */
export const run: Bench = async (size) => {
  const means = brokerMeans();
  if (means.kind === 'missing') {
    leaveOut('kafka-processes', `its broker needs ${means.what}`);
    return [];
  }
  const [broker, store] = await Promise.all([
    startBroker({ port: 0, dataDir: null, isLasting: size === 'full' }),
    startClickHouseFront(),
  ]);
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  const running: MonitorUnderLoad[] = [];
  /** A process on topics of its own, empty ones. */
  const start = async (role: string, name: string): Promise<MonitorUnderLoad> => {
    const monitor = new MonitorUnderLoad({
      ...{ ROLES: role, KAFKA_BROKERS: broker.address, KAFKA_TOPICS: `${name}.${TOPIC}`, KAFKA_GROUP_ID: name },
      ...{ KAFKA_LIVE_PREFIX: `${name}.`, CLICKHOUSE_URL: store.url, CLICKHOUSE_DATABASE: name },
      ...{ AUTH_JWT_SECRET: 'a secret of the bench', PSEUDONYM_KEY: 'a key of the bench' },
    });
    running.push(monitor);
    await monitor.start();
    return monitor;
  };
  const makeTopic = async (name: string): Promise<string> => {
    const topic = `${name}.${TOPIC}`;
    await makeTopics(broker.address, [topic], PARTITIONS);
    return topic;
  };
  try {
    await producer.connect();
    const { streams, viewers } = CROWD[size];
    const crowd = await makeTopic('crowd');
    const crowded = await start('processor', 'crowd');
    await enter(producer, crowd, streams, viewers);
    await accepted(crowded, streams * viewers);
    await sleep(SETTLING_MS[size]);
    const bytes = await crowded.metric('tallylight_process_resident_memory_bytes');
    await crowded.discard();

    const quiet = await makeTopic('idle');
    const idling = await start('processor', 'idle');
    await enter(producer, quiet, IDLE_STREAMS[size], 1);
    await accepted(idling, IDLE_STREAMS[size]);
    await sleep(SETTLING_MS[size]);
    const share = await idling.shareOfCore(MEASURED_MS[size]);
    const likes = setInterval(() => void sendLikes(producer, quiet, ACTIVE_STREAMS[size]), 1000);
    await sleep(SETTLING_MS[size]);
    const busy = await idling.shareOfCore(MEASURED_MS[size]);
    clearInterval(likes);
    await idling.discard();

    const live = await makeTopic('live');
    await start('processor', 'live');
    const gateway = await start('gateway', 'live');
    const late = await alertDelays(producer, live, gateway.url, LIVE[size]);
    const { rooms } = LIVE[size];
    await Promise.all(running.splice(0).map((monitor) => monitor.discard()));

    const messages = messagesOf(SCALE[size]);
    const through = async (processors: number): Promise<number> => {
      const name = `scale${processors}`;
      const to = await makeTopic(name);
      const members: MonitorUnderLoad[] = [];
      for (let n = 0; n < processors; n++) members.push(await start('processor', name));
      const rate = await eventsASecond(producer, to, messages, members);
      await Promise.all(members.map((member) => member.discard()));
      return rate;
    };
    const [one, two] = [await through(1), await through(2)];
    return [
      figure('kafka.memory', bytes / 1e6, 'MB', { value_max: 600 }, `${streams} streams, ${streams * viewers} viewers`),
      figure('kafka.idle', share, '% of a core', { value_max: 5 }, `${IDLE_STREAMS[size]} streams on air`),
      figure(
        'kafka.idle.some_active',
        busy,
        '% of a core',
        undefined,
        `${IDLE_STREAMS[size]} streams on air, ${ACTIVE_STREAMS[size]} with an event a second each`,
      ),
      figure(
        'kafka.alert',
        quantile(late, 0.99),
        'ms',
        { value_max: 500 },
        `p99 of ${late.length} alerts beyond pane and bound, median ${Math.round(quantile(late, 0.5))}, at ${rooms * EVENTS_A_ROOM} events/s`,
      ),
      figure('kafka.scale', two / one, 'times one', undefined, `${Math.round(one)} events/s by one processor, stored`),
    ];
  } finally {
    await Promise.all(running.map((monitor) => monitor.discard()));
    await producer.disconnect();
    await broker.stop();
    await store.stop();
  }
};

/** Each event once: what is sent again is not taken in again. */
const messagesOf = (count: number): { key: string; value: string }[] => {
  const events = new Map(eventsOfRooms(count).map((event) => [`${event.stream_id} ${event.event_id}`, event]));
  return [...events.values()].map((event) => ({ key: event.stream_id, value: JSON.stringify(event) }));
};

/** Produces all and waits until these processes have taken all of it in. */
const eventsASecond = async (
  producer: Producer,
  topic: string,
  messages: readonly { key: string; value: string }[],
  members: readonly MonitorUnderLoad[],
): Promise<number> => {
  const began = performance.now();
  for (let from = 0; from < messages.length; from += SEND_AT_ONCE)
    await producer.send({ topic, acks: 1, messages: messages.slice(from, from + SEND_AT_ONCE) });
  for (;;) {
    const counts = await Promise.all(members.map((member) => member.metric('tallylight_events_accepted_total')));
    if (counts.reduce((sum, count) => sum + count, 0) >= messages.length) break;
    await sleep(100);
  }
  return (1000 * messages.length) / (performance.now() - began);
};

/** Everybody enters, and none leaves. */
const enter = async (producer: Producer, topic: string, streams: number, viewers: number): Promise<void> => {
  for (let viewer = 0; viewer < viewers; viewer++) {
    const ts = Date.now();
    const messages = Array.from({ length: streams }, (_, n) => {
      const stream_id = `room-${n}`;
      const event = {
        type: 'enter',
        event_id: `e${viewer}`,
        stream_id,
        ts,
        viewer_id: `v${viewer}`,
        source: 'recommend',
      };
      return { key: stream_id, value: JSON.stringify(event) };
    });
    await producer.send({ topic, acks: -1, messages });
  }
};

const sendLikes = (producer: Producer, topic: string, streams: number): Promise<unknown> => {
  const ts = Date.now();
  const messages = Array.from({ length: streams }, (_, n) => {
    const stream_id = `room-${n}`;
    const event = { type: 'like', event_id: `like-${ts}`, stream_id, ts, viewer_id: 'v0', count: 3 };
    return { key: stream_id, value: JSON.stringify(event) };
  });
  return producer.send({ topic, acks: 1, messages });
};

const accepted = async (monitor: MonitorUnderLoad, count: number): Promise<void> => {
  while ((await monitor.metric('tallylight_events_accepted_total')) < count) await sleep(500);
};

/** Rooms with as many events a second; each says a listed word once. Answers how late each of the alerts came, ms. */
const alertDelays = async (
  producer: Producer,
  topic: string,
  url: string,
  { rooms, seconds }: { rooms: number; seconds: number },
): Promise<number[]> => {
  const ids = Array.from({ length: rooms }, (_, n) => `live-${n}`);
  const delays: number[] = [];
  const socket: Socket<ServerToClient, ClientToServer> = io(`${url}/live`, {
    ...{ transports: ['websocket'], forceNew: true },
    auth: { token: ADMIN_TOKEN },
  });
  socket.on('alert', ({ alert }) => {
    if (alert.rule === 'prohibited_words' && alert.status === 'firing')
      delays.push(Date.now() - alert.detected_at - DEFAULT_EVENT_TIME.outOfOrderMs);
  });
  const ticks = (1000 * seconds) / TICK_MS;
  const each = (EVENTS_A_ROOM * TICK_MS) / 1000;
  let n = 0;
  for (let tick = 0; tick < ticks; tick++) {
    const due = performance.now() + TICK_MS;
    const ts = Date.now();
    const messages = ids.flatMap((stream_id, room) => {
      // Spread over the seconds, and over where in its pane a message falls.
      const says = tick === Math.floor(ticks * 0.4) + (room % Math.floor(ticks * 0.4));
      return Array.from({ length: each }, (_, i) => {
        const viewer_id = `v${n++ % 1000}`;
        const event = { event_id: `e${n}`, stream_id, ts, viewer_id };
        const said = says && i === 0 ? { type: 'danmaku', text: LISTED } : { type: 'heartbeat' };
        return { key: stream_id, value: JSON.stringify({ ...event, ...said }) };
      });
    });
    await producer.send({ topic, acks: 1, messages });
    if (tick === Math.floor(ticks * 0.3))
      for (const stream_id of ids) await socket.timeout(30_000).emitWithAck('subscribe', { stream_id });
    await sleep(Math.max(0, due - performance.now()));
  }
  socket.disconnect();
  if (delays.length === 0) throw new Error('no alert reached the socket');
  return delays;
};
