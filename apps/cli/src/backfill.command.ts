import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { integerFrom, streamId } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

const PROGRAM = fileURLToPath(new URL('../../monitor/src/backfill-main.js', import.meta.url));

interface BackfillArguments {
  partition?: number;
  partial?: true;
  json?: true;
}

export const backfillCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('backfill')
    .description(
      'read a session again from Kafka and rewrite its rows in the store, the same again; configured as the monitor is',
    )
    .argument('<stream>', 'the session', streamId)
    .option('--partition <number>', 'where its records are (default: where its key leads)', integerFrom(0))
    .option('--partial', 'also where Kafka may no longer hold its beginning')
    .option('--json', 'a summary for machines')
    .action(async (stream: string, args: BackfillArguments) => finish(await rewrite(stream, args, around)));
};

/** The monitor's own program does it, in a process of its own. */
const rewrite = async (stream: string, args: BackfillArguments, around: Surroundings): Promise<ExitCode> => {
  const { partition, partial, json } = args;
  const words = [stream, partition === undefined ? '' : String(partition), partial === true ? 'partial' : ''];
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: around.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  around.stop.addEventListener('abort', stop);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += String(text)));
  child.stderr.on('data', (text) => (said.err += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  around.stop.removeEventListener('abort', stop);
  if (code !== 0) {
    around.complain(`error: ${said.err.trim() || 'stopped'}`);
    return EXIT.failed;
  }
  around.print(json === true ? said.out.trim() : inWords(JSON.parse(said.out) as Summary));
  return EXIT.done;
};

interface Summary {
  stream_id: string;
  records: number;
  events: number;
  panes: number;
  status: string;
  alerts: number;
  alerts_unknown: number;
}

const inWords = ({ stream_id, records, events, panes, status, alerts, alerts_unknown }: Summary): string =>
  `${stream_id}: ${records} records read again, ${events} events, ${panes} panes rewritten, ${status}; ` +
  `${alerts} alerts decided again, ${alerts_unknown} of them unknown to the alert log`;
