import { sharedTape } from './memory-tape.js';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Global, Module, type InjectionToken } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Subject } from 'rxjs';
import { checkToken, mintToken } from '#auth';
import type { TokenRole } from '#auth';
import type { CueRequest, KeywordsAnswer } from '#contract';
import { DEFAULT_EVENT_TIME, type Clock, type ReadEvent, type StreamSummary } from '#domain';
import { createLogger, createMeters } from '#observe';
import { migrate, openClient, storeParts, StoreNotes, StoreReader, StoreWriter } from '#store';
import { createUnderstanding, jiebaSegmenter, remembering } from '#words';
import { Channels, Outbox, Silences, type AlertLog } from '#push';
import { openNotifications } from '../../apps/monitor/src/channels/notifications.js';
import { Backtests } from '../../apps/monitor/src/rules/backtests.js';
import { RuleBook } from '../../apps/monitor/src/rules/rule-book.js';
import { GatewayModule } from '../../apps/monitor/src/gateway.module.js';
import { openHttpEdge } from '../../apps/monitor/src/http-edge.js';
import * as ports from '../../apps/monitor/src/ports.js';
import { ProhibitedList } from '../../apps/monitor/src/said/prohibited-list.js';
import type {
  EventIntake,
  IntakeOutcome,
  LiveRoom,
  LiveRooms,
  Readiness,
  RoomChange,
} from '../../apps/monitor/src/ports.js';

const SECRET = 'a-secret-for-the-gateway-under-test';

/** An intake that keeps what it is given and answers what the test says. */
export class KeptIntake implements EventIntake {
  readonly posted: { body: Buffer; format: string; mayWrite: (stream_id: string) => boolean }[] = [];
  readonly cues: { stream_id: string; cue: CueRequest; by: string }[] = [];
  readonly closed: string[] = [];
  outcome: IntakeOutcome = { kind: 'durable', answer: { accepted: 1, duplicates: 0, rejected: [] } };

  post(body: Uint8Array, format: 'ndjson' | 'json_array', mayWrite: (id: string) => boolean): Promise<IntakeOutcome> {
    this.posted.push({ body: Buffer.from(body), format, mayWrite });
    return Promise.resolve(this.outcome);
  }
  cue(stream_id: string, cue: CueRequest, by: string): Promise<string> {
    this.cues.push({ stream_id, cue, by });
    return Promise.resolve('op:1');
  }
  close(stream_ids: readonly string[]): Promise<void> {
    this.closed.push(...stream_ids);
    return Promise.resolve();
  }
}

/** Rooms that the test sets and changes by hand. */
export class SetRooms implements LiveRooms {
  readonly rooms = new Map<string, LiveRoom>();
  readonly spoken = new Map<string, KeywordsAnswer>();
  readonly changes$ = new Subject<RoomChange>();
  readonly read$ = new Subject<readonly ReadEvent[]>();
  get(stream_id: string): LiveRoom | undefined {
    return this.rooms.get(stream_id);
  }
  ids(): Iterable<string> {
    return this.rooms.keys();
  }
  said(stream_id: string): KeywordsAnswer | undefined {
    return this.spoken.get(stream_id);
  }
  stored(): Promise<void> {
    return Promise.resolve();
  }
}

/** Everything outward of the monitor on an ephemeral port, over a real embedded store and an alert log in memory. */
export interface GatewayUnderTest {
  url: string;
  app: NestExpressApplication;
  intake: KeptIntake;
  rooms: SetRooms;
  alerts: AlertLog;
  writer: StoreWriter;
  readiness: { ready: boolean; reasons: string[] };
  clock: { now: number };
  token(role: TokenRole, streams?: string[], expires_s?: number): Promise<string>;
  close(): Promise<void>;
}

export const startGateway = async (pageDirectory = '/nonexistent'): Promise<GatewayUnderTest> => {
  const directory = await mkdtemp(join(tmpdir(), 'tallylight-gateway-'));
  const client = await openClient({ kind: 'embedded', path: join(directory, 'store') });
  await migrate(client);
  const writer = new StoreWriter(client, () => {});
  const time = { now: Date.now() };
  const clock: Clock = { now: () => time.now };
  const meters = createMeters();
  const log = createLogger('silent');
  const notifications = await openNotifications(
    () => Promise.resolve({ ...sharedTape()(), giveUp: () => undefined, close: () => Promise.resolve() }),
    { clock, log, meters },
  );
  const { alerts, channels, silences } = notifications;
  const book = new RuleBook(notifications.register);
  const reader = new StoreReader(client);
  const outbox = await notifications.openOutbox({ roomName: (id) => Promise.resolve(id), isCaller: () => true });
  const words = remembering(createUnderstanding(jiebaSegmenter(), []));
  const intake = new KeptIntake();
  const rooms = new SetRooms();
  const readiness = { ready: true, reasons: [] as string[] };
  const ready: Readiness = { check: () => Promise.resolve(readiness) };

  const values: [InjectionToken, unknown][] = [
    [ports.EVENT_INTAKE, intake],
    [ports.ROOM_MEMORY, null],
    [ports.LIVE_ROOMS, rooms],
    [ports.ALERT_FEED, alerts],
    [ports.ALERT_ACTS, alerts],
    [ports.READINESS, ready],
    [ports.CONFIG, { fxRates: {} }],
    [ports.CLOCK, clock],
    [ports.LOG, log],
    [ports.METERS, meters],
    [ports.CHECK_TOKEN, checkToken({ kind: 'secret', secret: SECRET }, null, clock)],
    [StoreReader, reader],
    [Channels, channels],
    [Silences, silences],
    [Outbox, outbox],
    [RuleBook, book],
    [
      Backtests,
      new Backtests({
        reader,
        alerts,
        book,
        window: { settings: DEFAULT_EVENT_TIME, rates: {}, hear: words.understand },
      }),
    ],
    [ports.UNDERSTANDING, words],
    [ProhibitedList, await ProhibitedList.open(new StoreNotes(client), words, clock)],
    ...storeParts(client),
  ];
  const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
  class Ports {}
  Global()(Ports);
  Module({ providers, exports: values.map(([token]) => token) })(Ports);

  const app = await NestFactory.create<NestExpressApplication>(GatewayModule.over([Ports]), {
    bodyParser: false,
    logger: false,
  });
  openHttpEdge(app, pageDirectory);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;

  return {
    ...{ app, intake, rooms, alerts, writer, readiness, clock: time },
    url: `http://127.0.0.1:${port}`,
    token: (role, streams = ['*'], expires_s = 3600) =>
      mintToken({ secret: SECRET, sub: `a-${role}`, role, streams, expires_s }, clock),
    close: async () => {
      await app.close();
      await notifications.close();
      meters.registry.clear();
      await writer.close();
      await client.close();
      await rm(directory, { recursive: true });
    },
  };
};

/** A live stream of `seconds` panes from `started_at`, as the flow would store it. */
export const summaryOf = (stream_id: string, started_at: number, seconds: number): StreamSummary => ({
  stream_id,
  revision: 1,
  title: `title of ${stream_id}`,
  host: null,
  host_kind: null,
  channel: null,
  currency: 'CNY',
  planned_gmv_minor: null,
  status: 'live',
  started_at,
  ended_at: null,
  first_pane: started_at,
  last_pane: started_at + (seconds - 1) * 1000,
  spans: [{ from: started_at, to: null }],
  as_of: started_at + seconds * 1000,
  online: 1,
  quality: 'final',
  late: 0,
  too_late: 0,
  ignored: {
    duplicate: 0,
    unmatched_leave: 0,
    stale_presence: 0,
    too_late: 0,
    after_end: 0,
    order_repeat: 0,
    cue_off: 0,
  },
  coverage: { view: started_at },
});
