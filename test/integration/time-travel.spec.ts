import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type {
  AlertMessage,
  ClientToServer,
  CueMessage,
  DanmakuMessage,
  MetricsMessage,
  PaneShown,
  ReplayState,
  ServerToClient,
  Snapshot,
  WordsMessage,
} from '#contract';
import { DEFAULT_SESSION, deliver, IN_ORDER, simulateSession } from '#simulate';
import { ADMIN_TOKEN, type MonitorUnderTest, startMonitorApp } from '../kit/monitor-app.js';

// Made for a room that was live once a second and is then played back from the store: both said the same.
const START_UP_MS = 120_000;
/** Figures come once a second, words every five. */
const [FIGURES_LOST_MS, WORDS_LOST_MS] = [4_000, 20_000];
const LONG_AFTER_MS = 1_790_000_000_000;
const SLICES = 6;
type Client = Socket<ServerToClient, ClientToServer>;

/** Everything a client heard, in order. */
interface Heard {
  metrics: MetricsMessage[];
  alerts: AlertMessage[];
  cues: CueMessage[];
  danmaku: DanmakuMessage[];
  words: WordsMessage[];
  states: ReplayState[];
}
let monitor: MonitorUnderTest;
/** `snapshot`: what it began with; `after`: how the room stands at the end. */
let live: { heard: Heard; snapshot: Snapshot; after: Snapshot };
const clients: Client[] = [];

const connect = async (): Promise<{ client: Client; heard: Heard }> => {
  const client: Client = io(`${monitor.url}/live`, { transports: ['websocket'], auth: { token: ADMIN_TOKEN } });
  clients.push(client);
  const heard: Heard = { metrics: [], alerts: [], cues: [], danmaku: [], words: [], states: [] };
  client.on('metrics', (message) => heard.metrics.push(message));
  client.on('alert', (message) => heard.alerts.push(message));
  client.on('cue', (message) => heard.cues.push(message));
  client.on('danmaku', (message) => heard.danmaku.push(message));
  client.on('words', (message) => heard.words.push(message));
  client.on('replay', (state) => heard.states.push(state));
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return { client, heard };
};
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(50);
};
const subscribed = async (client: Client): Promise<Snapshot> => {
  const reply = await client.emitWithAck('subscribe', { stream_id: 'room' });
  if (!reply.ok) throw new Error(reply.error);
  return reply.snapshot;
};

/** The panes up to `after` as a page has them: those that were told, in order, and where a volatile message was lost those of the snapshot. */
const panesHad = ({ metrics }: Heard, after: Snapshot): PaneShown[] => {
  const told = metrics.flatMap(({ panes }) => panes);
  const times = told.map(({ ts }) => ts);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(told.length).toBeGreaterThan(after.panes.length / 2);
  return [...new Map([...after.panes, ...told].map((pane) => [pane.ts, pane])).values()];
};

beforeAll(async () => {
  monitor = await startMonitorApp(LONG_AFTER_MS);
  const effects = [{ from_s: 240, seconds: 40, hazard_ratio: 8 }];
  const session = simulateSession({
    ...DEFAULT_SESSION,
    ...{ seed: 5, stream_id: 'room', start_ts: 1_700_000_000_123, duration_s: 330, online: 200, effects },
  });
  const sent = [...deliver(session, { ...IN_ORDER, seed: 5 })].map(({ event }) => JSON.stringify(event));
  const { client, heard } = await connect();
  let snapshot: Snapshot | undefined;
  for (let slice = 0; slice < SLICES; slice++) {
    const lines = sent.slice((slice * sent.length) / SLICES, ((slice + 1) * sent.length) / SLICES);
    const told = heard.metrics.length;
    const answer = await monitor.fetch('/api/v1/events', {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    if (slice > 0) await until(() => heard.metrics.length > told);
    else {
      await monitor.get('/streams/room');
      snapshot = await subscribed(client);
    }
  }
  const said = heard.words.length;
  await until(() => heard.words.length > said + 1);
  await monitor.fetch('/api/v1/streams/close', {
    method: 'POST',
    body: JSON.stringify({ stream_ids: ['room'] }),
    headers: { 'content-type': 'application/json' },
  });
  await until(async () => (await monitor.get<{ status: string }>('/streams/room')).status === 'ended');
  // What is stored is read anew for a snapshot once the clock has gone on.
  monitor.clock.now += 1_000;
  const after = await subscribed(client);
  await until(() => heard.alerts.at(-1)?.alert.seq === after.seq);
  live = { heard, snapshot: snapshot!, after };
  client.disconnect();
}, START_UP_MS);
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await monitor.stop();
});

/** Seeks until what is told there has come: a volatile message may be lost, and is told after the next seek again. */
const soughtUntil = async (seek: () => Promise<void>, hasCome: () => boolean, patience_ms: number): Promise<void> => {
  for (;;) {
    await seek();
    const lost = performance.now() + patience_ms;
    while (performance.now() < lost) {
      if (hasCome()) return;
      await sleep(50);
    }
  }
};

const started = async (client: Client, from: number | undefined, speed: number) => {
  const reply = await client.emitWithAck('replay_start', {
    ...{ stream_id: 'room', speed },
    ...(from !== undefined && { from }),
  });
  if (!reply.ok) throw new Error(reply.error);
  return reply;
};

describe('a session played back', () => {
  it('says what the live room said, to the last digit: panes, cues, alerts', async () => {
    const { client, heard } = await connect();
    const { replay, snapshot } = await started(client, undefined, 60);
    expect(snapshot.panes).toEqual([]);
    while (heard.states.at(-1)?.playing !== false) {
      monitor.clock.now += 1_000;
      await sleep(300);
    }
    const { replay_id, to } = replay;
    const moved = await client.emitWithAck('replay_seek', { replay_id, at: to });
    if (!moved.ok) throw new Error(moved.error);
    const panes = panesHad(heard, moved.snapshot);
    expect(panes.length).toBeGreaterThan(300);
    expect(panes).toEqual(panesHad(live.heard, live.after));
    expect(heard.alerts.length).toBeGreaterThan(0);
    expect(heard.alerts.map(({ alert }) => alert)).toEqual([
      ...live.snapshot.alerts,
      ...live.heard.alerts.map(({ alert }) => alert),
    ]);
    expect(heard.cues.map(({ cue }) => cue).filter(({ type }) => type !== 'stream_ended')).toEqual(
      [...live.snapshot.cues, ...live.heard.cues.map(({ cue }) => cue)].filter(({ type }) => type !== 'stream_ended'),
    );
    expect(heard.danmaku.length).toBeGreaterThan(0);
    for (const { mode } of [...heard.metrics, ...heard.alerts, ...heard.cues]) expect(mode).toBe(`replay:${replay_id}`);
  }, 180_000);

  it('at any moment shows the windows, the item and the room that were shown live at it', async () => {
    const { client, heard } = await connect();
    const { replay } = await started(client, undefined, 1);
    for (const message of live.heard.metrics.slice(0, -1)) {
      const told = heard.metrics.length;
      const at = message.as_of - 1_000;
      const seek = async (): Promise<void> => {
        const moved = await client.emitWithAck('replay_seek', { replay_id: replay.replay_id, at });
        if (!moved.ok) throw new Error(moved.error);
        expect(moved.replay.at).toBe(at);
        expect(moved.snapshot.panes.at(-1)!.ts).toBeLessThan(at);
        monitor.clock.now += 1_000;
      };
      await soughtUntil(seek, () => heard.metrics.length > told, FIGURES_LOST_MS);
      const again = heard.metrics.at(-1)!;
      const panes = Math.floor(message.as_of / 1000) * 1000;
      expect(again.as_of).toBe(panes);
      expect(again.windows).toEqual(message.windows);
      expect(again.item_on).toEqual(message.item_on);
    }
  }, 180_000);

  it('says what was lately said as the live room did, before and after a step back', async () => {
    const { client, heard } = await connect();
    const { replay } = await started(client, undefined, 1);
    const last = live.heard.words.at(-1)!;
    const pane = Math.floor(last.as_of / 1000) * 1000;
    const saidAt = async (at: number): Promise<WordsMessage> => {
      const seek = async (): Promise<void> => {
        const moved = await client.emitWithAck('replay_seek', { replay_id: replay.replay_id, at });
        if (!moved.ok) throw new Error(moved.error);
      };
      await soughtUntil(seek, () => heard.words.at(-1)?.as_of === at, WORDS_LOST_MS);
      return heard.words.at(-1)!;
    };
    // The live room reads its shares a fraction of a second later, which the last digits show.
    const shown = ({ words, questions, mood }: WordsMessage): unknown =>
      JSON.parse(
        JSON.stringify({ words, questions, mood }, (name, value: unknown) =>
          name === 'growth' && typeof value === 'number' ? value.toPrecision(9) : value,
        ),
      );
    expect(last.words.length).toBeGreaterThan(0);
    const once = await saidAt(pane);
    expect(once.mode).toBe(`replay:${replay.replay_id}`);
    expect(shown(once)).toEqual(shown(last));
    await saidAt(pane - 30_000);
    expect((await saidAt(pane)).words).toEqual(once.words);
  }, 180_000);

  it('stands still while it is paused, and ends when it is stopped', async () => {
    const { client, heard } = await connect();
    const { replay } = await started(client, 1_700_000_060_000, 10);
    const { replay_id } = replay;
    const paused = await client.emitWithAck('replay_pause', { replay_id, paused: true });
    if (!paused.ok) throw new Error(paused.error);
    monitor.clock.now += 5_000;
    await sleep(1_300);
    const { mode, at } = paused.replay;
    expect(mode).toBe(`replay:${replay_id}`);
    expect(heard.states.at(-1)).toMatchObject({ mode, at, playing: false });
    expect(heard.metrics).toEqual([]);
    const slower = await client.emitWithAck('replay_pause', { replay_id, paused: false, speed: 0.25 });
    expect(slower).toMatchObject({ ok: true, replay: { speed: 0.25, playing: true } });
    expect(await client.emitWithAck('replay_stop', { replay_id })).toEqual({ ok: true });
    expect(await client.emitWithAck('replay_stop', { replay_id })).toEqual({ ok: false, error: 'not_found' });
  });

  it('is one of few, of a session that is there, at a speed that is allowed', async () => {
    const { client } = await connect();
    await started(client, undefined, 1);
    await started(client, undefined, 1);
    const more = await client.emitWithAck('replay_start', { stream_id: 'room', speed: 1 });
    expect(more).toEqual({ ok: false, error: 'overloaded' });
    const none = await client.emitWithAck('replay_start', { stream_id: 'nothing', speed: 1 });
    expect(none).toEqual({ ok: false, error: 'not_found' });
    for (const speed of [0, 61])
      expect(await client.emitWithAck('replay_start', { stream_id: 'room', speed })).toEqual({
        ok: false,
        error: 'invalid',
      });
  });
});

describe('a session read again from its raw events', () => {
  it('gives the panes and alerts that it gave', async () => {
    const answer = await monitor.fetch('/api/v1/streams/room/recount', { method: 'POST' });
    const recount = (await answer.json()) as { events: number; panes: number; alerts: number; differences: string[] };
    expect(recount.differences).toEqual([]);
    expect(recount.panes).toBeGreaterThan(300);
    expect(recount.alerts).toBeGreaterThan(0);
  });
});
