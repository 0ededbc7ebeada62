import { loadConfig } from '#config';
import { systemClock } from '#domain';
import { KafkaUnavailable } from '#ingest';
import { createLogger } from '#observe';
import { StoreUnavailable } from '#store';
import { backfill } from './backfill/backfill.js';

/** What `tally backfill` runs: stream, partition or nothing, `partial` or nothing. The summary goes to standard output as JSON. */
const [, , stream_id = '', partition = '', partial = ''] = process.argv;

const fail = (error: unknown): never => {
  const isExpected = error instanceof StoreUnavailable || error instanceof KafkaUnavailable;
  console.error(isExpected ? error.message : error);
  process.exit(1);
};
process.on('unhandledRejection', fail);

const outcome = loadConfig(process.env);
if (outcome.kind === 'wrong') fail(new KafkaUnavailable(outcome.problems.join('\n')));
else {
  const { config } = outcome;
  const log = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const request = { stream_id, partition: partition === '' ? null : Number(partition), partial: partial !== '' };
  const done = await backfill({ config, clock: systemClock, log, crash: fail }, request).catch(fail);
  if (done.kind === 'refused') fail(new KafkaUnavailable(done.reason));
  else console.log(JSON.stringify(done.summary));
  process.exit(0);
}
