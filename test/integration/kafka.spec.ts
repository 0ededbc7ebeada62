import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { systemClock } from '#domain';
import type { WireEvent } from '#simulate';
import { runTally } from '../../apps/cli/src/tally.js';
import { KafkaSink } from '../../apps/cli/src/kafka-sink.js';
import { brokerMeans, makeTopics, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { Random } from '../kit/random.js';
import { answersOf, comparable } from '../simulation/crash-answers.js';
import { CrashMonitor } from '../simulation/crash-monitor.js';

const START_TS = 1_750_000_000_000;
const TIMEOUT_MS = 240_000;
const SEED = Number(process.env['SEED'] ?? 20_261_128);
/** As many as there are codecs, so that each is read. */
const COMPRESSION = { 'live.view': 'zstd', 'live.order': 'snappy', 'live.danmaku': 'lz4', 'live.cue': 'gzip' };

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('Kafka', `its broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

withKafka('a monitor behind a real Kafka broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-kafka-spec-'));
  let broker: Broker;
  let overHttp: CrashMonitor;
  let overKafka: CrashMonitor;
  let producer: Producer;

  beforeAll(async () => {
    console.info(`seed ${SEED}`);
    broker = await startBroker({ port: 0, dataDir: null });
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
    for (const [topic, codec] of Object.entries(COMPRESSION))
      await makeTopics(broker.address, [topic], 3, { 'compression.type': codec });
    producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    overHttp = new CrashMonitor();
    overKafka = new CrashMonitor({
      KAFKA_BROKERS: broker.address,
      AUTH_JWT_SECRET: 'a secret that all processes share',
    });
    await Promise.all([overHttp.start(), overKafka.start()]);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([overHttp?.discard(), overKafka?.discard(), producer?.disconnect()]);
    await broker?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  /** One session of `tally simulate`, into the place that `target` names. */
  const simulate = async (stream_id: string, target: string[]): Promise<void> => {
    const session = ['--stream', stream_id, '--start', String(START_TS), '--seed', '7', '--duration', '8m'];
    const disorder = ['--disorder-ms', '1500', '--duplicates', '0.02', '--effect', '240:60:8', '--online', '150'];
    const complaints: string[] = [];
    const code = await runTally(['simulate', ...session, ...disorder, '--speed', 'max', ...target], {
      environment: {},
      clock: systemClock,
      print: () => undefined,
      complain: (line) => complaints.push(line),
      progress: { write: () => true, isTTY: false },
      stop: new AbortController().signal,
    });
    expect([code, complaints]).toEqual([0, []]);
  };

  const linesOf = async (stream_id: string): Promise<string[]> => {
    const file = join(folder, `${stream_id}.ndjson`);
    await simulate(stream_id, ['--out', file]);
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  };

  const expectAsOverHttp = async (stream_id: string, lines: readonly string[]): Promise<void> => {
    expect(await overHttp.post(lines)).toMatchObject({ kind: 'taken', rejected: [] });
    const [seen, wanted] = await Promise.all([answersOf(overKafka, stream_id), answersOf(overHttp, stream_id)]);
    expect(wanted.alerts.length).toBeGreaterThan(0);
    expect(comparable(seen)).toEqual(comparable(wanted));
  };

  /** Produces a session part by part, each topic's records as the simulator keys them, with `between` after each. */
  const produceInParts = async (lines: readonly string[], parts: number, between: () => Promise<void>) => {
    const sink = new KafkaSink([broker.address]);
    const size = Math.ceil(lines.length / parts);
    for (let from = 0; from < lines.length; from += size) {
      const events = lines.slice(from, from + size).map((line) => JSON.parse(line) as WireEvent);
      expect(await sink.send(events)).toEqual({ kind: 'ok' });
      if (from + size < lines.length) await between();
    }
    await sink.close();
  };

  it(
    'shows of a session from the simulator, in four topics and four codecs, what it shows of the same one posted',
    async () => {
      await simulate('as-simulated', ['--kafka', broker.address]);
      await expectAsOverHttp('as-simulated', await linesOf('as-simulated'));
    },
    TIMEOUT_MS,
  );

  it(
    'takes posted events through Kafka and shows them as posted without it',
    async () => {
      const lines = await linesOf('as-posted');
      expect(await overKafka.post(lines)).toEqual({
        kind: 'taken',
        accepted: lines.length,
        duplicates: 0,
        rejected: [],
      });
      await expectAsOverHttp('as-posted', lines);
    },
    TIMEOUT_MS,
  );

  it(
    'takes a body larger than a broker takes at once',
    async () => {
      // A body of 4 MiB was produced as one batch, which a broker refuses above 1 MiB.
      const event = { type: 'danmaku', stream_id: 'large', viewer_id: 'ann', text: '好'.repeat(200) };
      const lines = Array.from({ length: 6_000 }, (_, i) =>
        JSON.stringify({ ...event, event_id: `large-${i}`, ts: START_TS + i }),
      );
      expect(lines.join('').length).toBeGreaterThan(1 << 20);
      expect(await overKafka.post(lines)).toMatchObject({ kind: 'taken', accepted: lines.length, rejected: [] });
    },
    TIMEOUT_MS,
  );

  it(
    'does not start on topics that would tear a stream apart, and says which',
    async () => {
      await makeTopics(broker.address, ['smaller'], 1);
      const torn = new CrashMonitor({
        KAFKA_BROKERS: broker.address,
        KAFKA_TOPICS: 'live.view,smaller',
        AUTH_JWT_SECRET: 'a secret that all processes share',
      });
      await expect(torn.start()).rejects.toThrow(/the topics live\.view, smaller, .* have 3 and 1 partitions/);
      await torn.discard();
    },
    TIMEOUT_MS,
  );

  it(
    'is stopped by no record: what cannot be read becomes a dead letter with its place',
    async () => {
      const lines = await linesOf('poisoned');
      const large = JSON.stringify({ type: 'danmaku', viewer_id: 'secret', text: 'x'.repeat(900_000) });
      await produceInParts(lines, 2, async () => {
        const messages = [null, '', '{"type":', large].map((value) => ({ key: 'poisoned', value }));
        await producer.send({ topic: 'live.view', messages: messages as { key: string; value: string }[] });
      });
      await expectAsOverHttp('poisoned', lines);
      const { dead_letters } = (await overKafka.get<{ dead_letters: Record<string, string>[] }>('/dead-letters'))!;
      expect(dead_letters.map(({ reason }) => reason).sort()).toEqual([
        'not_json',
        'not_json',
        'not_json',
        'too_large',
      ]);
      for (const { origin } of dead_letters) expect(origin).toMatch(/^kafka:live\.view\/\d+@\d+$/);
      expect(JSON.stringify(dead_letters)).not.toContain('secret');
    },
    TIMEOUT_MS,
  );

  it(
    'shows the same after being killed at any moment',
    async () => {
      const lines = await linesOf('killed');
      await produceInParts(lines, 4, async () => {
        await sleep(300);
        await overKafka.kill();
        await overKafka.start();
      });
      await expectAsOverHttp('killed', lines);
    },
    TIMEOUT_MS,
  );

  it(
    'gets ready though records never stop coming',
    async () => {
      let sent = 0;
      const beat = (): string =>
        JSON.stringify({
          type: 'heartbeat',
          event_id: `b${sent++}`,
          stream_id: 'busy',
          viewer_id: 'ann',
          ts: Date.now(),
        });
      const timer = setInterval(
        () => void producer.send({ topic: 'live.view', messages: [{ key: 'busy', value: beat() }] }),
        10,
      );
      try {
        await overKafka.kill();
        await overKafka.start();
      } finally {
        clearInterval(timer);
      }
      expect(sent).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );

  // What a topic named first held of a span ran ahead of the others: whose first records it met were late.
  it(
    'shows the same where broker and monitor stand still for a while, at any moment',
    async () => {
      const lines = await linesOf('stalled');
      const random = new Random(SEED);
      let isProducing = true;
      const stall = async (): Promise<void> => {
        while (isProducing) {
          await sleep(random.whole(0, 1_500));
          const ms = 200 * 60 ** random.next();
          if (random.chance(0.5) && means.kind === 'java') await broker.freeze(ms);
          else await overKafka.freeze(ms);
        }
      };
      if (means.kind === 'docker') leaveOut('a broker that stands still', 'it is a process of its own, not of Docker');
      const stalling = stall();
      try {
        await produceInParts(lines, 3, () => sleep(random.whole(0, 12_000)));
      } finally {
        isProducing = false;
        await stalling;
      }
      await expectAsOverHttp('stalled', lines);
    },
    TIMEOUT_MS,
  );

  it(
    'says that the broker is gone, waits for it, and shows the same when it is back',
    async () => {
      const lines = await linesOf('broker-gone');
      await produceInParts(lines, 2, async () => {
        await broker.kill();
        await overKafka.readiness((reasons) => reasons.includes('Kafka does not answer'));
        await broker.restart();
        await overKafka.readiness((reasons) => reasons.includes('"ready"'));
      });
      await expectAsOverHttp('broker-gone', lines);
    },
    TIMEOUT_MS,
  );

  it(
    'does not start where no broker answers, and says so in one line',
    async () => {
      const lost = new CrashMonitor({
        KAFKA_BROKERS: '127.0.0.1:1',
        AUTH_JWT_SECRET: 'a secret that all processes share',
      });
      await expect(lost.start()).rejects.toThrow(/KAFKA_BROKERS=127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
      await lost.discard();
    },
    TIMEOUT_MS,
  );
});
