import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, MetricsMessage, PaneShown, ServerToClient, Snapshot, WordsMessage } from '#contract';
import { systemClock, type Alert } from '#domain';
import { TOPIC_OF_FEED } from '#ingest';
import type { WireEvent } from '#simulate';
import { KafkaSink } from '../../apps/cli/src/kafka-sink.js';
import { runTally } from '../../apps/cli/src/tally.js';
import { startClickHouseFront, type ClickHouseFront } from '../kit/clickhouse-front.js';
import { brokerMeans, makeTopics, startBroker, type Broker } from '../kit/kafka-broker.js';
import { environmentOf } from '../kit/compose.js';
import { leaveOut } from '../kit/leave-out.js';
import { CRASH_TOKEN, CrashMonitor } from '../simulation/crash-monitor.js';

const STREAM = 'roles-room';
const START_TS = 1_750_000_000_000;
const PARTS = 5;
const WITHIN_MS = 90_000;
const TIMEOUT_MS = 300_000;

const means = brokerMeans();
if (means.kind === 'missing') leaveOut('processors and gateways apart', `the broker needs ${means.what}`);
const withKafka = means.kind === 'missing' ? describe.skip : describe;

/** A page as far as a gateway can tell: it listens to one room and keeps what it was told, whichever gateway told it. */
class Listener {
  readonly alerts: Alert[] = [];
  readonly metrics: MetricsMessage[] = [];
  /** All panes it was ever told of: a message that brings none may follow, and one may be lost. */
  readonly panes: PaneShown[] = [];
  readonly words: WordsMessage[] = [];
  #socket: Socket<ServerToClient, ClientToServer> | null = null;

  get seq(): number {
    return Math.max(0, ...this.alerts.map(({ seq }) => seq));
  }

  /** Subscribes with the last `seq` it has seen; answers what the snapshot says it is at, and the newest of what was seen and it gave. */
  async listen(url: string, stream_id = STREAM): Promise<{ seq: number; given: number }> {
    this.leave();
    const socket: Socket<ServerToClient, ClientToServer> = io(`${url}/live`, {
      ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      auth: { token: CRASH_TOKEN },
    });
    this.#socket = socket;
    socket.on('alert', ({ alert }) => void this.alerts.push(alert));
    socket.on('metrics', (message) => {
      this.metrics.push(message);
      this.panes.push(...message.panes);
    });
    socket.on('words', (message) => void this.words.push(message));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const seen = this.seq;
    const since = seen === 0 ? {} : { since_seq: seen };
    const until = performance.now() + WITHIN_MS;
    for (;;) {
      const answer = await socket.timeout(30_000).emitWithAck('subscribe', { stream_id, ...since });
      if (answer.ok) {
        const { alerts, panes, seq } = answer.snapshot as Snapshot;
        this.alerts.push(...alerts);
        this.panes.push(...panes);
        return { seq, given: Math.max(seen, ...alerts.map((alert) => alert.seq)) };
      }
      if (performance.now() > until) throw new Error(`subscribing was answered ${answer.error}`);
      await sleep(300);
    }
  }

  leave(): void {
    this.#socket?.disconnect();
  }
}

withKafka('processors and gateways as processes of their own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-roles-'));
  const running: CrashMonitor[] = [];
  const page = new Listener();
  let broker: Broker;
  let store: ClickHouseFront;
  let parts: WireEvent[][];
  let sink: KafkaSink;

  beforeAll(async () => {
    [broker, store] = await Promise.all([startBroker({ port: 0, dataDir: null }), startClickHouseFront()]);
    await makeTopics(broker.address, Object.values(TOPIC_OF_FEED), 4);
    sink = new KafkaSink([broker.address]);
    const events = await simulated();
    const size = Math.ceil(events.length / PARTS);
    parts = Array.from({ length: PARTS }, (_, i) => events.slice(i * size, (i + 1) * size));
  }, TIMEOUT_MS);

  afterAll(async () => {
    page.leave();
    await Promise.all(running.map((monitor) => monitor.discard()));
    await sink?.close();
    await broker?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  const simulated = async (): Promise<WireEvent[]> => {
    const file = join(folder, 'session.ndjson');
    const session = ['--stream', STREAM, '--start', String(START_TS), '--seed', '11', '--duration', '15m'];
    const shape = ['--online', '300', '--effect', '240:60:8', '--effect', '480:60:8', '--effect', '720:60:8'];
    const code = await runTally(['simulate', ...session, ...shape, '--speed', 'max', '--out', file], {
      environment: {},
      clock: systemClock,
      print: () => undefined,
      complain: () => undefined,
      progress: { write: () => true, isTTY: false },
      stop: new AbortController().signal,
    });
    expect(code).toBe(0);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as WireEvent);
  };

  /** What Compose starts under this name, told where broker and store are here. */
  const process = (
    service: 'processor' | 'gateway-1',
    changes: Readonly<Record<string, string>> = {},
  ): CrashMonitor => {
    const monitor = new CrashMonitor({
      ...environmentOf(service, {
        AUTH_JWT_SECRET: 'a secret that all processes share',
        PSEUDONYM_KEY: 'a key that all processes share',
        ADMIN_TOKEN: CRASH_TOKEN,
      }),
      KAFKA_BROKERS: broker.address,
      CLICKHOUSE_URL: store.url,
      ...changes,
    });
    running.push(monitor);
    return monitor;
  };

  const produce = async (part: number): Promise<void> => {
    expect(await sink.send(parts[part]!)).toEqual({ kind: 'ok' });
  };

  const eventually = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
    const until = performance.now() + WITHIN_MS;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`${what}\n${running.map(({ output }) => output).join('\n')}`);
      await sleep(200);
    }
  };

  const newestPane = (): number => Math.max(0, ...page.panes.map(({ ts }) => ts));

  /** The page has been told of panes up to the end of a part, give or take what is not final yet. */
  const shown = (part: number): Promise<void> => {
    const upTo = Math.max(...parts[part]!.map(({ ts }) => ts)) - 15_000;
    return eventually(`no panes up to ${upTo}, only to ${newestPane()}`, () => newestPane() >= upTo);
  };

  it(
    'show a room without a gap to a page whose gateway is killed, and whose processor is',
    async () => {
      const [first, second] = [process('processor'), process('processor')];
      await Promise.all([first.start(), second.start()]);
      const [near, far] = [process('gateway-1'), process('gateway-1')];
      await Promise.all([near.start(), far.start()]);

      await produce(0);
      await page.listen(near.url);
      await produce(1);
      await produce(2);
      await shown(2);
      await eventually('no alert reached the page', () => page.seq > 0);
      await eventually('nothing that was said reached the page', () =>
        page.words.some(({ mood }) => mood.messages > 0),
      );

      await near.kill();
      await produce(3);
      const { seq, given } = await page.listen(far.url);
      expect(seq).toBe(given);
      await shown(3);

      await first.kill();
      const acknowledged = page.alerts.at(-1)!;
      const ack = await fetch(`${far.url}/api/v1/streams/${STREAM}/alerts/${acknowledged.alert_id}/ack`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ outcome: 'acted' }),
      });
      expect(ack.status).toBe(200);
      await produce(4);
      await shown(4);

      await eventually(
        'the stream has not ended',
        async () => (await far.get<{ status: string }>(`/streams/${STREAM}`))?.status === 'ended',
      );
      // The end resolves what said that data were stale, a moment after.
      let alerts: Alert[] = [];
      await eventually('the page lacks alerts', async () => {
        ({ alerts } = (await far.get<{ alerts: Alert[] }>(`/streams/${STREAM}/alerts?since_seq=0&limit=1000`))!);
        return page.seq === alerts.at(-1)?.seq;
      });
      const ofStream = alerts.map((alert) => alert.seq);
      expect(alerts.filter(({ rule }) => rule === 'dropoff_spike').length).toBeGreaterThan(1);
      expect([...new Set(page.alerts.map(({ seq }) => seq))].sort((a, b) => a - b)).toEqual(ofStream);
      expect(ofStream).toEqual(ofStream.map((_, i) => i + 1));
    },
    TIMEOUT_MS,
  );

  it(
    'take what is posted and cued at any gateway',
    async () => {
      const gateway = process('gateway-1');
      await gateway.start();
      const event = { type: 'enter', event_id: 'e1', stream_id: 'posted-room', ts: Date.now(), viewer_id: 'ann' };
      expect(await gateway.post([JSON.stringify(event)])).toMatchObject({ kind: 'taken', accepted: 1 });
      await eventually('the room is not known', async () => (await gateway.get('/streams/posted-room')) !== null);
      const cue = await fetch(`${gateway.url}/api/v1/streams/posted-room/cues`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'item_presented', item_id: 'tea' }),
      });
      expect(cue.status).toBe(200);
      const closed = await fetch(`${gateway.url}/api/v1/streams/close`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ stream_ids: ['posted-room'] }),
      });
      expect(closed.status).toBe(200);
      await eventually(
        'it has not ended',
        async () => (await gateway.get<{ status: string }>('/streams/posted-room'))?.status === 'ended',
      );
      const { cues } = (await gateway.get<{ cues: { item_id: string }[] }>('/streams/posted-room/cues'))!;
      expect(cues.map(({ item_id }) => item_id)).toEqual(['tea']);
    },
    TIMEOUT_MS,
  );

  it(
    'go on showing rooms when the broker was gone',
    async () => {
      const gateway = running.filter(({ isRunning }) => isRunning).at(-1)!;
      const enter = (viewer_id: string) =>
        JSON.stringify({ type: 'enter', event_id: viewer_id, stream_id: 'survivor', ts: Date.now(), viewer_id });
      const listener = new Listener();
      expect(await gateway.post([enter('ann')])).toMatchObject({ kind: 'taken' });
      await listener.listen(gateway.url, 'survivor');
      await broker.kill();
      await gateway.readiness((answer) => !answer.includes('"ready"'));
      await broker.restart();
      await gateway.readiness((answer) => answer.includes('"ready"'));
      const viewers = ['ben', 'cid', 'dan', 'eve', 'fay', 'gus'];
      for (const viewer_id of viewers) {
        expect(await gateway.post([enter(viewer_id)])).toMatchObject({ kind: 'taken' });
        await sleep(1_000);
      }
      await eventually('the page is not told', () => listener.panes.some(({ online }) => (online ?? 0) > 2));
      listener.leave();
    },
    TIMEOUT_MS,
  );

  it(
    'say wherever one looks that the one processor is stuck, and go on when it is not any more',
    async () => {
      const apart = { KAFKA_GROUP_ID: 'stuck', KAFKA_LIVE_PREFIX: 'stuck.', CLICKHOUSE_DATABASE: 'stuck' };
      const stuck = process('processor', { ...apart, KAFKA_TOPICS: 'stuck.view' });
      await stuck.start();
      const gateway = process('gateway-1', { ...apart, KAFKA_TOPICS: 'stuck.view', READY_LAG_MS: '4000' });
      await gateway.start();
      const enter = (viewer_id: string) =>
        JSON.stringify({ type: 'enter', event_id: viewer_id, stream_id: 'held', ts: Date.now(), viewer_id });
      expect(await gateway.post([enter('ann')])).toMatchObject({ kind: 'taken' });
      const listener = new Listener();
      await listener.listen(gateway.url, 'held');

      stuck.signal('SIGSTOP');
      await gateway.readiness((answer) => /the log is \d+ ms behind/.test(answer));
      // A room that nothing comes of is stale by itself: it is to say how far the log is behind as well.
      await eventually('the page is not told', () => {
        const data = listener.metrics.at(-1)?.data;
        return data?.quality === 'stale' && data.log_lag_ms > 2_000;
      });
      const figures = await fetch(`${gateway.url}/metrics`).then((answer) => answer.text());
      expect(Number(/^tallylight_log_lag_seconds (\S+)/m.exec(figures)![1])).toBeGreaterThan(2);
      // Longer than the group waits for a member: it comes back as one that was given up.
      await sleep(12_000);
      expect(await gateway.post([enter('ben')])).toMatchObject({ kind: 'taken' });
      stuck.signal('SIGCONT');
      await gateway.readiness((answer) => answer.includes('"ready"'));
      for (const viewer_id of ['cid', 'dan', 'eve', 'fay']) {
        expect(await gateway.post([enter(viewer_id)])).toMatchObject({ kind: 'taken' });
        await sleep(1_000);
      }
      await eventually('nothing goes on', () => listener.panes.some(({ online }) => (online ?? 0) > 1));
      listener.leave();
    },
    TIMEOUT_MS,
  );

  it(
    'answer nothing but health where they are no gateway',
    async () => {
      const [processor] = running.filter(({ isRunning }) => isRunning);
      const answers = await Promise.all(
        ['/readyz', '/metrics', '/api/v1/streams', '/'].map((path) => fetch(`${processor!.url}${path}`)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 404]);
    },
    TIMEOUT_MS,
  );
});
