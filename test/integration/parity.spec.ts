import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, PaneShown, QueryAnswer, ReplayState, ServerToClient } from '#contract';
import { DEFAULT_EVENT_TIME, type Alert } from '#domain';
import { openClient } from '#store';
import { numbersInSql } from '../kit/oracle-in-sql/index.js';
import { Random } from '../kit/random.js';
import { answersOf, type StreamAnswers } from '../simulation/crash-answers.js';
import { CRASH_TOKEN, CrashMonitor } from '../simulation/crash-monitor.js';
import { CRASH_STREAMS, crashSession } from '../simulation/crash-session.js';

// Rooms with disorder, duplicates, late events and a monitor that is killed meanwhile: what the socket said last, what REST
// answers, what is played back, what an export holds and what SQL makes of the raw events from nothing is one and the same.
const SEED = Number(process.env['SEED'] ?? 20_261_127);
const KILLS = 3;
const START_UP_MS = 300_000;
const NUMBERS = [
  ...['online', 'viewer_seconds', 'enters', 'leaves', 'timeouts', 'censored', 'danmaku', 'likes', 'follows', 'shares'],
  ...['group_joins', 'item_exposes', 'item_clicks', 'orders_created', 'orders_paid', 'orders_cancelled'],
  ...['orders_refunded', 'units_paid', 'gmv_created_minor', 'gmv_paid_minor', 'refund_minor', 'expected_leaves'],
  ...['at_risk', 'leaves_by_tenure'],
] as const;
const ORDERS = ['orders_created', 'orders_paid', 'gmv_created_minor', 'gmv_paid_minor', 'refund_minor'] as const;

type Row = Record<string, unknown>;
interface Said {
  panes: Map<number, PaneShown>;
  alerts: Map<number, Alert>;
}
const monitor = new CrashMonitor();
const said = new Map<string, Said>(CRASH_STREAMS.map((id) => [id, { panes: new Map(), alerts: new Map() }]));
const played = new Map<string, Map<number, PaneShown>>(CRASH_STREAMS.map((id) => [id, new Map()]));
const answers = new Map<string, StreamAnswers>();
let socket: Socket<ServerToClient, ClientToServer>;

/** Listens to both rooms; after a crash it comes back and asks for what it missed, as the page does. */
const listen = async (): Promise<void> => {
  for (const stream_id of CRASH_STREAMS) {
    const { panes, alerts } = said.get(stream_id)!;
    const since_seq = Math.max(0, ...alerts.keys());
    const reply = await socket.emitWithAck('subscribe', { stream_id, ...(since_seq > 0 && { since_seq }) });
    if (!reply.ok) continue;
    for (const pane of reply.snapshot.panes) panes.set(pane.ts, pane);
    for (const alert of reply.snapshot.alerts) alerts.set(alert.seq, alert);
  }
};
const open = (): void => {
  socket = io(`${monitor.url}/live`, { transports: ['websocket'], auth: { token: CRASH_TOKEN } });
  // Killed before it answered, it is asked again when it is back.
  socket.on('connect', () => void listen().catch(() => undefined));
  socket.on('metrics', ({ stream_id, mode, panes }) => {
    const into = mode === 'live' ? said.get(stream_id)!.panes : played.get(stream_id)!;
    for (const pane of panes) into.set(pane.ts, pane);
  });
  socket.on('alert', ({ stream_id, mode, alert }) => {
    if (mode === 'live') said.get(stream_id)!.alerts.set(alert.seq, alert);
  });
};

beforeAll(async () => {
  await monitor.start();
  open();
  const random = new Random(SEED);
  const bodies = crashSession(SEED);
  const doomed = new Set(Array.from({ length: KILLS }, () => random.whole(5, bodies.length - 5)));
  for (const [index, body] of bodies.entries()) {
    if (doomed.has(index)) {
      const posting = monitor.post(body);
      await sleep(random.whole(0, 100));
      await monitor.kill();
      await posting;
      await monitor.start();
    }
    const posted = await monitor.post(body);
    if (posted.kind === 'lost') throw new Error(`body ${index} was lost without a kill`);
  }
  for (const stream_id of CRASH_STREAMS) answers.set(stream_id, await answersOf(monitor, stream_id));
  await sleep(1_500);
  while (!socket.connected) await sleep(50);
  await listen();
}, START_UP_MS);
afterAll(async () => {
  socket.disconnect();
  await monitor.discard();
});

const pointsOf = (stream_id: string): Map<number, Row> =>
  new Map(answers.get(stream_id)!.points.map((point) => [point['ts'] as number, point]));
const numbersOf = (row: object): Row => Object.fromEntries(NUMBERS.map((name) => [name, (row as Row)[name]]));

const exported = async (stream_id: string, what: string): Promise<Row[]> => {
  const answer = await fetch(`${monitor.url}/api/v1/streams/${stream_id}/export?what=${what}&format=ndjson`, {
    headers: { authorization: `Bearer ${CRASH_TOKEN}` },
  });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Row);
};
const asked = async (sql: string): Promise<unknown[][]> => {
  const answer = await fetch(`${monitor.url}/api/v1/query`, {
    method: 'POST',
    body: JSON.stringify({ sql }),
    headers: { authorization: `Bearer ${CRASH_TOKEN}`, 'content-type': 'application/json' },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return ((await answer.json()) as QueryAnswer).rows;
};

describe.each([...CRASH_STREAMS])('%s', (stream_id) => {
  it('was said by the socket, at last, as REST has it', () => {
    const { panes, alerts } = said.get(stream_id)!;
    const points = pointsOf(stream_id);
    expect(panes.size).toBeGreaterThan(500);
    for (const [ts, pane] of panes) expect({ ts, ...numbersOf(pane) }).toEqual({ ts, ...numbersOf(points.get(ts)!) });
    const latest = new Map([...alerts.values()].sort((a, b) => a.seq - b.seq).map((alert) => [alert.alert_id, alert]));
    const known = new Map(answers.get(stream_id)!.alerts.map((alert) => [alert['alert_id'], alert]));
    expect(Object.fromEntries(latest)).toEqual(Object.fromEntries(known));
  });

  it('is played back as REST has it', async () => {
    const reply = await socket.emitWithAck('replay_start', { stream_id, speed: 60 });
    if (!reply.ok) throw new Error(reply.error);
    await new Promise<void>((resolve) => {
      const heard = (state: ReplayState): void => {
        if (state.replay_id !== reply.replay.replay_id || state.playing) return;
        socket.off('replay', heard);
        resolve();
      };
      socket.on('replay', heard);
    });
    await socket.emitWithAck('replay_stop', { replay_id: reply.replay.replay_id });
    const points = pointsOf(stream_id);
    const panes = played.get(stream_id)!;
    expect(panes.size).toBeGreaterThan(500);
    for (const [ts, pane] of panes) expect({ ts, ...numbersOf(pane) }).toEqual({ ts, ...numbersOf(points.get(ts)!) });
  });

  it('is exported as REST has it', async () => {
    const { points, presentations, alerts } = answers.get(stream_id)!;
    expect(await exported(stream_id, 'metrics')).toEqual(points.map((point) => ({ quality: 'final', ...point })));
    expect(await exported(stream_id, 'presentations')).toEqual(presentations);
    const byId = (rows: readonly Row[]) => new Map(rows.map((row) => [row['alert_id'], row]));
    // Which channels were told is the monitor's own affair, and the column of the stream is the file.
    const wanted = byId(alerts.map(({ stream_id: _, notify: __, ...alert }) => alert));
    expect(byId(await exported(stream_id, 'alerts'))).toEqual(wanted);
  });

  it('adds up from the exported events, and from those that a question in SQL finds', async () => {
    const points = pointsOf(stream_id);
    const events = await exported(stream_id, 'events');
    const ended_at = answers.get(stream_id)!.stream['ended_at'] as number;
    const counted = events.filter(({ lateness, ts }) => lateness !== 'too_late' && (ts as number) < ended_at);
    for (const [type, name] of [
      ['danmaku', 'danmaku'],
      ['item_expose', 'item_exposes'],
      ['item_click', 'item_clicks'],
    ] as const) {
      const byPane = new Map<number, number>();
      for (const { ts } of counted.filter((event) => event['type'] === type)) {
        const pane = Math.floor((ts as number) / 1000) * 1000;
        byPane.set(pane, (byPane.get(pane) ?? 0) + 1);
      }
      const shown = [...points].filter(([, point]) => point[name] !== 0).map(([ts, point]) => [ts, point[name]]);
      expect([...byPane].sort(([a], [b]) => a - b)).toEqual(shown);
      const found = await asked(
        `SELECT intDiv(ts, 1000) * 1000 AS pane, count() FROM event WHERE stream_id = '${stream_id}' AND type = '${type}' AND lateness != 'too_late' AND ts < ${ended_at} GROUP BY pane ORDER BY pane`,
      );
      expect(found).toEqual(shown);
    }
    const [paid] = await asked(
      `SELECT uniqExact(order_id), sum(amount_minor) FROM order_line WHERE stream_id = '${stream_id}' AND type = 'order_paid'`,
    );
    const { orders_paid, gmv_minor } = answers.get(stream_id)!.stream;
    expect(paid).toEqual([orders_paid, gmv_minor]);
  });
});

describe('the raw events, when the monitor has stopped', () => {
  it('give the same presence, activity and orders to SQL that starts from nothing', async () => {
    await monitor.stop();
    const store = await openClient({ kind: 'embedded', path: join(monitor.dataDir, 'store') });
    try {
      for (const stream_id of CRASH_STREAMS) {
        const closed_at = answers.get(stream_id)!.stream['ended_at'] as number;
        const timeout_ms = DEFAULT_EVENT_TIME.presenceTimeoutMs;
        const inSql = await numbersInSql(store, { stream_id, closed_at, timeout_ms, rates: [] });
        const points = pointsOf(stream_id);
        for (const [ts, counts] of [...inSql.presence, ...inSql.activity]) {
          const names = Object.keys(counts);
          const point = points.get(ts)!;
          expect({ ts, ...counts }).toEqual({ ts, ...Object.fromEntries(names.map((name) => [name, point[name]])) });
        }
        const sums = (of: (ts: number) => number): number => [...points.keys()].reduce((sum, ts) => sum + of(ts), 0);
        for (const name of ORDERS)
          expect(sums((ts) => inSql.orders.get(ts)?.[name] ?? 0)).toBe(sums((ts) => points.get(ts)![name] as number));
        expect(Number(inSql.distinct.viewers)).toBe(answers.get(stream_id)!.stream['viewers']);
      }
    } finally {
      await store.close();
    }
  });
});
