import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import { httpUrl, streamId } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askMonitor } from './monitor-reader.js';
import { reasonOf } from './monitor-client.js';
import { Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';

interface ExportArguments {
  what: string;
  format: string;
  step?: string;
  definitions: boolean;
  out?: string;
  url: URL;
  token?: string;
  json?: true;
}

export const exportCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('export')
    .description('a session of a running monitor as a file')
    .argument('<stream>', 'the session', streamId)
    .addOption(
      new Option('--what <what>', 'which rows')
        .choices(['events', 'metrics', 'presentations', 'alerts'])
        .default('metrics'),
    )
    .addOption(
      new Option('--format <format>', 'how they are written').choices(['csv', 'ndjson', 'parquet']).default('csv'),
    )
    .option('--step <time>', 'of metrics: 1s to 1h (default: 1s)')
    .option('--no-definitions', 'leave out the lines above a CSV that say what its columns are')
    .option('--out <file>', 'where to (default: named after what it holds)')
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token of role analyst (default: $TALLY_TOKEN)')
    .option('--json', 'a summary for machines on standard output')
    .action(async (stream: string, args: ExportArguments) => finish(await exportStream(stream, args, around)));
};

/** Written beside its place and moved there when it is whole: a file of that name is a whole export. */
const exportStream = async (stream: string, args: ExportArguments, around: Surroundings): Promise<ExitCode> => {
  const { what, format, step, definitions, url } = args;
  const token = args.token ?? around.environment['TALLY_TOKEN'] ?? null;
  const query = new URLSearchParams({ what, format, definitions: definitions ? 'header' : 'none' });
  if (step !== undefined) query.set('step', step);
  const path = `/api/v1/streams/${encodeURIComponent(stream)}/export?${query}`;
  const asked = await askMonitor({ url, token }, path, around.stop);
  if (asked.kind === 'failed') {
    around.complain(`error: ${asked.reason}`);
    return EXIT.failed;
  }
  const file = args.out ?? `${stream.replaceAll(':', '_')}-${what}.${format}`;
  const progress = new Progress(around.progress, around.clock);
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      progress.update(() => `${file}: ${(bytes / 1e6).toFixed(1)} MB`);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(asked.response.body as never), count, createWriteStream(`${file}.part`), {
      signal: around.stop,
    });
    await rename(`${file}.part`, file);
  } catch (error) {
    progress.end();
    await rm(`${file}.part`, { force: true });
    around.complain(`error: ${file} was not written: ${around.stop.aborted ? 'stopped' : reasonOf(error)}`);
    return EXIT.failed;
  }
  progress.end();
  around.print(args.json === true ? JSON.stringify({ file, bytes }) : `${file}: ${bytes} bytes`);
  return EXIT.done;
};
