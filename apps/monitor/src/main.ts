import 'reflect-metadata';
import { loadConfig } from '#config';
import { systemClock } from '#domain';
import { KafkaUnavailable } from '#ingest';
import { createLogger, startTraces } from '#observe';
import { StoreUnavailable } from '#store';
import { startMonitor } from './monitor.js';

const outcome = loadConfig(process.env);
if (outcome.kind === 'wrong') {
  for (const problem of outcome.problems) console.error(problem);
  process.exit(1);
}
const { config } = outcome;
const log = createLogger(config.logLevel);

const crash = (error: unknown): never => {
  if (error instanceof StoreUnavailable || error instanceof KafkaUnavailable) log.fatal(error.message);
  else
    log.fatal(
      { err: error },
      'the monitor cannot go on; what it acknowledged is in its log and is applied at the next start',
    );
  process.exit(1);
};
process.on('unhandledRejection', crash);

const stopTraces = await startTraces(process.env);
const monitor = await startMonitor({ config, clock: systemClock, log, crash }).catch(crash);
log.info({ url: monitor.url, data_dir: config.dataDir }, 'on air');

/** Whoever stops a program kills it after 10 s as a rule, and what hangs by then hangs for good. */
const STOP_MS_MAX = 9_500;
let stopping = false;
const stop = (signal: string): void => {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'stopping');
  setTimeout(() => crash(new Error(`it had not stopped after ${STOP_MS_MAX} ms`)), STOP_MS_MAX);
  monitor
    .stop()
    .then(stopTraces)
    .then(() => {
      log.info('stopped');
      process.exit(0);
    }, crash);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
