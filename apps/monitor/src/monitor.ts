import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Global, Module, type InjectionToken } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { checkToken } from '#auth';
import type { Config } from '#config';
import type { Alert, Clock } from '#domain';
import { createMeters, type Logger, type Meters } from '#observe';
import { AlertRest, Channels, Outbox, Silences, type AlertLog } from '#push';
import {
  migrate,
  openClient,
  storePlaceOf,
  storeParts,
  StoreNotes,
  StoreReader,
  type StoreClient,
  type StoreWriter,
} from '#store';
import { createUnderstanding, jiebaSegmenter, remembering, type Understanding } from '#words';
import { KafkaLink } from '#ingest';
import { openNotifications, type Notifications } from './channels/notifications.js';
import { roomNamer } from './channels/room-name.js';
import { openFrameTape } from './flow/frame-tape.js';
import { openTopicTape } from './flow/topic-tape.js';
import { GatewayModule } from './gateway.module.js';
import { openHttpEdge } from './http-edge.js';
import * as ports from './ports.js';
import { startAlone } from './roles/alone.js';
import { startOverKafka } from './roles/over-kafka.js';
import { ProcessorModule } from './roles/processor.module.js';
import type { Running } from './roles/running.js';
import { openWriter } from './store-writer.js';
import { Backtests } from './rules/backtests.js';
import { RuleBook } from './rules/rule-book.js';
import { ProhibitedList } from './said/prohibited-list.js';

/** An alert that is told this long after its pane, by the clock, is of a stream that runs in its own time. */
const LIVE_WITHIN_MS = 600_000;
/** A stop waits so long for a store or a Kafka that is away; then the group has the partitions back in time. */
const STOP_WAITS_MS = 5_000;
/** How soon words that another process listed count here. */
const WORDS_AGAIN_MS = 10_000;
const PAGE = fileURLToPath(new URL('../../dashboard', import.meta.url));

/** A running monitor. */
export interface Monitor {
  /** Where it can be reached. */
  url: string;
  /**
   * Takes no more in, applies and stores what it took, and ends. Where the store or Kafka is away it does not wait for
   * long. Nothing is lost: what is not safe by then is after the last checkpoint in the log.
   */
  stop(): Promise<void>;
}

/** What the program is started with. */
export interface MonitorEdge {
  config: Config;
  clock: Clock;
  log: Logger;
  /** The flow broke and must not go on. */
  crash: (error: unknown) => void;
}

/**
 * Starts everything in the one order that loses nothing: store, alert log, flow (which catches up with its log), and
 * only then the door. Stopping goes the other way.
 */
export const startMonitor = async (edge: MonitorEdge): Promise<Monitor> => {
  const { config, clock, log } = edge;
  let gaveUp = false;
  const crash = (error: unknown): void =>
    gaveUp ? log.error({ err: error }, 'left undone at the stop') : edge.crash(error);
  const meters = createMeters();
  const client = await openClient(storePlaceOf(config));
  await migrate(client);
  const reader = new StoreReader(client);
  const writer = openWriter(client, meters, log);
  const link = config.kafka === null ? null : await KafkaLink.open(config.kafka, log, crash);
  const notifications = await openNotifications(
    (name) => (link === null ? openFrameTape(name, config, log) : Promise.resolve(openTopicTape(name, link, log))),
    { clock, log, meters },
    restOf(config),
  );
  const { alerts } = notifications;
  if (config.roles.includes('processor')) await storeAlerts(alerts, reader, writer, meters);
  const words = remembering(createUnderstanding(jiebaSegmenter(), []));
  const prohibited = await ProhibitedList.open(new StoreNotes(client), words, clock);
  const rules = new RuleBook(notifications.register);
  // Of several processes another may have put it.
  const again = setInterval(() => void prohibited.takeUp().catch(() => undefined), WORDS_AGAIN_MS);
  const flowEdge = { config, clock, log, meters, writer, reader, alerts, words, rules, crash };
  const running = link === null ? await startAlone(flowEdge) : await startOverKafka(link, flowEdge);
  const outbox = await notifications.openOutbox({
    roomName: roomNamer((stream_id) => running.titleOf(stream_id), reader),
    isCaller: () => running.isCaller(),
  });
  const window = { settings: config.eventTime, rates: config.fxRates, hear: words.understand };
  const backtests = new Backtests({ reader, alerts, book: rules, window });
  const app = await openDoor(edge, meters, client, reader, running, {
    ...notifications,
    outbox,
    rules,
    backtests,
    words,
    prohibited,
  });
  const giveUp = (): void => {
    log.error('the store or Kafka is away: the stop waits no longer, and what is not safe stays in the log');
    gaveUp = true;
    writer.close().catch(() => undefined);
    notifications.giveUp();
  };
  return {
    url: await app.getUrl(),
    stop: async () => {
      clearInterval(again);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((over) => {
        timer = setTimeout(over, STOP_WAITS_MS);
      }).then(giveUp);
      await app.close();
      await running.stop(patience);
      await notifications.close();
      await link?.close();
      await writer.close().catch(crash);
      await client.close();
      clearTimeout(timer);
    },
  };
};

/** Beside Kafka each process has its own, and several may be started in one folder. */
const restOf = ({ kafka, dataDir }: Config): AlertRest =>
  kafka === null ? AlertRest.open(join(dataDir, 'alerts-at-rest')) : AlertRest.scratch(dataDir);

/** Stores each change, and first those that were logged and not stored: a stream's last one is stored after its others. */
const storeAlerts = async (
  alerts: AlertLog,
  reader: StoreReader,
  writer: StoreWriter,
  meters: Meters,
): Promise<void> => {
  alerts.changes$.subscribe((alert) => {
    writer.writeAlerts([alert]);
    countAlert(meters, alert);
  });
  const stored = await reader.newestAlerts();
  for (const [stream_id, seq] of alerts.newestSeqs()) {
    if (seq <= (stored.get(stream_id) ?? 0)) continue;
    writer.writeAlerts(alerts.latest(stream_id).reverse());
    await writer.room();
  }
};

/** A recording's alerts say nothing of how soon one comes: its time is not the clock's. */
const countAlert = ({ alertSeconds }: Meters, { detected_at, updated_at, sent_at }: Alert): void => {
  const ms = sent_at === null ? Infinity : sent_at - detected_at;
  if (updated_at === detected_at && ms >= 0 && ms < LIVE_WITHIN_MS) alertSeconds.observe(ms / 1000);
};

/** What people set, and what heeds it. */
interface Control extends Notifications {
  outbox: Outbox;
  rules: RuleBook;
  backtests: Backtests;
  words: Understanding;
  prohibited: ProhibitedList;
}

/** The HTTP and socket door, over what runs behind it. */
const openDoor = async (
  { config, clock, log }: MonitorEdge,
  meters: Meters,
  client: StoreClient,
  reader: StoreReader,
  running: Running,
  { alerts, channels, silences, outbox, rules, backtests, words, prohibited }: Control,
): Promise<NestExpressApplication> => {
  const values: [InjectionToken, unknown][] = [
    [ports.EVENT_INTAKE, running.gateway?.intake],
    [ports.ROOM_MEMORY, running.gateway?.memory ?? null],
    [ports.LIVE_ROOMS, running.gateway?.rooms],
    [ports.ALERT_FEED, alerts],
    [ports.ALERT_ACTS, alerts],
    [ports.READINESS, readinessOf(client, running, config)],
    [ports.CONFIG, config],
    [ports.CLOCK, clock],
    [ports.LOG, log],
    [ports.METERS, meters],
    [ports.CHECK_TOKEN, checkToken(config.tokenCheck, config.adminToken, clock)],
    [StoreReader, reader],
    [Channels, channels],
    [Silences, silences],
    [Outbox, outbox],
    [RuleBook, rules],
    [Backtests, backtests],
    [ports.UNDERSTANDING, words],
    [ProhibitedList, prohibited],
    ...storeParts(client),
  ];
  class Ports {}
  Global()(Ports);
  Module({
    providers: values.map(([provide, useValue]) => ({ provide, useValue })),
    exports: values.map(([token]) => token),
  })(Ports);
  const Door = running.gateway === null ? ProcessorModule : GatewayModule;
  const app = await NestFactory.create<NestExpressApplication>(Door.over([Ports]), {
    bodyParser: false,
    logger: false,
  });
  openHttpEdge(app, running.gateway === null ? null : PAGE);
  await app.listen(config.http.port, config.http.host);
  return app;
};

const readinessOf = (client: StoreClient, running: Running, { readyLagMs }: Config): ports.Readiness => ({
  async check() {
    const reasons: string[] = [];
    if (!(await client.healthy())) reasons.push('the store does not answer');
    const trouble = running.trouble();
    if (trouble !== null) reasons.push(trouble);
    const { ms, records } = running.lag();
    if (ms > readyLagMs)
      reasons.push(`the log is ${ms} ms behind, with ${records} records unread (READY_LAG_MS is ${readyLagMs})`);
    return { ready: reasons.length === 0, reasons };
  },
});
