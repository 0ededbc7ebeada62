import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { mintToken } from '#auth';
import { loadConfig, type Environment } from '#config';
import { deliverSession, IN_ORDER, labelsOf, mergeDeliveries, type Label, type SessionOptions } from '#simulate';
import { integerFrom } from './arguments.js';
import { BACKOFF } from './backoff.js';
import { demoRooms, HISTORY_S } from './demo-rooms.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { freePort } from './free-port.js';
import { HttpSink } from './http-sink.js';
import { ANSWER_TIMEOUT_MS, type MonitorAddress } from './monitor-client.js';
import { MonitorProcess } from './monitor-process.js';
import { play } from './play.js';
import { Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';

interface DemoArguments {
  port: number;
  dataDir?: string;
}

const HOST = '127.0.0.1';
const TOKEN_EXPIRES_S = 12 * 3_600;
/** The history is told when what is being sent is this fresh. */
const CAUGHT_UP_MS = 2_000;

export const demoCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('demo')
    .description('start the whole monitor here and play simulated sessions into it')
    .option('--port <port>', 'the page; another one if it is taken', integerFrom(1, 65_535), 3000)
    .option('--data-dir <folder>', 'keep the data there (default: a temporary folder, removed at the end)')
    .action(async (args: DemoArguments) => finish(await demo(args, around)));
};

const demo = async (args: DemoArguments, around: Surroundings): Promise<ExitCode> => {
  const dataDir = args.dataDir ?? mkdtempSync(join(tmpdir(), 'tallylight-demo-'));
  const environment = demoEnvironment(around.environment, dataDir, await freePort(args.port, HOST));
  try {
    return await runDemo(environment, around);
  } finally {
    if (args.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
};

/** One machine whatever the environment says otherwise: an empty value is an unset one. */
const demoEnvironment = (environment: Environment, dataDir: string, port: number): Environment => ({
  LOG_LEVEL: 'warn',
  ...environment,
  HOST,
  PORT: String(port),
  DATA_DIR: dataDir,
  ROLES: 'all',
  KAFKA_BROKERS: '',
  CLICKHOUSE_URL: '',
  AUTH_JWKS_URL: '',
});

const runDemo = async (environment: Environment, around: Surroundings): Promise<ExitCode> => {
  const outcome = loadConfig(environment);
  if (outcome.kind === 'wrong' || outcome.config.tokenCheck.kind !== 'secret') {
    for (const problem of outcome.kind === 'wrong' ? outcome.problems : []) around.complain(`error: ${problem}`);
    return EXIT.failed;
  }
  const { secret } = outcome.config.tokenCheck;
  const token = await mintToken(
    { secret, sub: 'demo', role: 'admin', streams: ['*'], expires_s: TOKEN_EXPIRES_S },
    around.clock,
  );
  const url = new URL(`http://${HOST}:${environment['PORT']}`);
  const monitor = new MonitorProcess(environment);
  try {
    around.progress.write('starting the monitor …\n');
    if (await monitor.ready(url.href, around.clock, around.stop))
      return await playUntilStopped({ url, token, backoff: BACKOFF, timeout_ms: ANSWER_TIMEOUT_MS }, monitor, around);
    if (around.stop.aborted) return EXIT.done;
    around.complain(
      'error: the monitor did not get ready; its log is above, and `npx tally doctor` tells what is missing',
    );
    return EXIT.failed;
  } finally {
    await monitor.stop();
  }
};

/** Minutes of history as fast as they are taken, then life at its own pace, until Ctrl-C or the monitor's end. */
const playUntilStopped = async (
  address: MonitorAddress & { token: string },
  monitor: MonitorProcess,
  around: Surroundings,
): Promise<ExitCode> => {
  const ended = new AbortController();
  const endedWith = monitor.ended.then((how) => {
    ended.abort();
    return how;
  });
  const stop = AbortSignal.any([around.stop, ended.signal]);
  const rooms = demoRooms(around.clock.now());
  const [{ start_ts, stream_id }] = rooms;
  const sink = new HttpSink(address, stop);
  const progress = new Progress(around.progress, around.clock);
  const announce = announcer(rooms, around, progress);
  let open = false;
  const played = await play(
    mergeDeliveries(rooms.map((room) => deliverSession(room, IN_ORDER))),
    { origin_wall: start_ts, origin_ts: start_ts, speed: 1 },
    sink,
    { clock: around.clock, stop },
    (ts) => {
      if (!open && ts > around.clock.now() - CAUGHT_UP_MS) {
        open = true;
        invite(address, stream_id, around, progress);
      }
      if (open) announce(ts);
      progress.update(() => statusOf((ts - start_ts) / 1000, sink.totals.sent));
    },
  );
  progress.end();
  if (ended.signal.aborted && !around.stop.aborted) around.complain(`error: the monitor ended: ${await endedWith}`);
  else if (played.kind === 'failed' && !around.stop.aborted) around.complain(`error: ${played.reason}`);
  if (!stop.aborted && played.kind === 'ok') {
    around.progress.write('the sessions have ended; the page stays until Ctrl-C\n');
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  }
  return around.stop.aborted ? EXIT.done : EXIT.failed;
};

const invite = (
  { url, token }: { url: URL; token: string },
  room: string,
  around: Surroundings,
  progress: Progress,
): void => {
  progress.end();
  around.print(`\n  ${url.origin}/?token=${token}\n`);
  around.print(
    `  Open the room ${room}: within a minute viewers leave three times as fast as they should. Ctrl-C stops everything.\n`,
  );
};

/** Says when what is being played is a drop-off, so that the alert on the page can be judged. */
const announcer = (
  rooms: readonly SessionOptions[],
  around: Surroundings,
  progress: Progress,
): ((ts: number) => void) => {
  const coming = rooms.flatMap(labelsOf).filter(({ kind }) => kind === 'dropoff');
  return (ts) => {
    for (let next: Label | undefined = coming[0]; next !== undefined && next.from <= ts; next = coming[0]) {
      coming.shift();
      if (next.to <= ts) continue;
      progress.end();
      const seconds = Math.round((next.to - next.from) / 1000);
      around.progress.write(
        `now in ${next.stream_id}: leaving ×${next.ratio} for ${seconds} s while ${next.item_id} is presented\n`,
      );
    }
  };
};

const statusOf = (elapsedS: number, events: number): string =>
  elapsedS < HISTORY_S
    ? `telling what has happened: ${Math.round(elapsedS)} s of ${HISTORY_S} s, ${events} events`
    : `on air for ${Math.round(elapsedS)} s, ${events} events sent`;
