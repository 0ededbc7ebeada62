import { statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { httpUrl, streamId } from './arguments.js';
import { BACKOFF } from './backoff.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { HttpSink } from './http-sink.js';
import { IMPORT_FORMATS, recordsOf, type ImportFormat } from './import-formats.js';
import { ANSWER_TIMEOUT_MS, closeStreams, type MonitorAddress } from './monitor-client.js';
import { Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';

interface ImportArguments {
  format: ImportFormat;
  stream?: string;
  url: URL;
  token?: string;
  keepOpen?: true;
  json?: true;
}

export const importCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('import')
    .description('post recordings to a running monitor; importing a file twice has no effect')
    .argument('<files...>', 'read one after another')
    .addOption(new Option('--format <format>', 'what the files hold').choices(IMPORT_FORMATS).default('tallylight'))
    .option('--stream <id>', 'the stream of a recording that names none (default: the name of the file)', streamId)
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token of role ingest (default: $TALLY_TOKEN)')
    .option('--keep-open', 'leave the streams open: more will come')
    .option('--json', 'a summary for machines on standard output')
    .action(async (files: string[], args: ImportArguments) => {
      const wrong = contradictionIn(args) ?? unreadableIn(files);
      if (wrong !== undefined) program.error(`error: ${wrong}`);
      else finish(await importFiles(files, args, around));
    });
};

const contradictionIn = ({ format, stream }: ImportArguments): string | undefined =>
  format === 'tallylight' && stream !== undefined
    ? '--stream is not for tallylight files: their events name their streams'
    : undefined;

const unreadableIn = (files: readonly string[]): string | undefined => {
  const missing = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() !== true);
  return missing === undefined ? undefined : `${missing} is not a file`;
};

const importFiles = async (
  files: readonly string[],
  args: ImportArguments,
  around: Surroundings,
): Promise<ExitCode> => {
  const token = args.token ?? around.environment['TALLY_TOKEN'] ?? null;
  const monitor: MonitorAddress = { url: args.url, token, backoff: BACKOFF, timeout_ms: ANSWER_TIMEOUT_MS };
  const sink = new HttpSink(monitor, around.stop);
  const progress = new Progress(around.progress, around.clock);
  const streams = new Set<string>();
  const problems = new Problems(around.complain);
  const failed = (reason: string): ExitCode => {
    progress.end();
    around.complain(`error: ${reason}`);
    around.complain(`${sink.totals.sent} records are safe; run the same import again to go on: it repeats nothing`);
    return EXIT.failed;
  };
  for (const file of files)
    for await (const { line, stream_id, problem } of recordsOf(args.format, file, args.stream)) {
      if (stream_id !== null) streams.add(stream_id);
      if (problem !== undefined) problems.add(problem);
      const outcome = await sink.sendLine(line);
      if (outcome.kind === 'failed') return failed(outcome.reason);
      progress.update(() => `${file}: ${sink.totals.sent} records`);
    }
  const flushed = await sink.flush();
  if (flushed.kind === 'failed') return failed(flushed.reason);
  const ids = [...streams];
  const closed = args.keepOpen === true ? undefined : await closeStreams(monitor, ids, around.stop);
  if (closed?.kind === 'failed') return failed(`the streams could not be closed: ${closed.reason}`);
  progress.end();
  problems.end();
  return report(sink.totals, ids, closed !== undefined, args.json === true, around);
};

/** The first few rows that fit no event, in full; of the others how many. */
class Problems {
  #count = 0;
  constructor(private readonly complain: (line: string) => void) {}

  add(problem: string): void {
    if (++this.#count <= PROBLEMS_SHOWN) this.complain(problem);
  }

  end(): void {
    if (this.#count > PROBLEMS_SHOWN)
      this.complain(`… and ${this.#count - PROBLEMS_SHOWN} more rows that fit no event`);
  }
}

const PROBLEMS_SHOWN = 10;

const report = (
  { sent, accepted, duplicates, rejected, retries }: HttpSink['totals'],
  streams: readonly string[],
  closed: boolean,
  json: boolean,
  around: Surroundings,
): ExitCode => {
  const reasons = Object.entries(rejected).map(([reason, count]) => `${count} ${reason}`);
  if (json) around.print(JSON.stringify({ streams, closed, sent, accepted, duplicates, rejected, retries }));
  else
    around.print(
      `${sent} records: ${accepted} accepted, ${duplicates} duplicates, rejected: ${reasons.join(', ') || 'none'}; ` +
        `${streams.length} stream(s) ${closed ? 'closed' : 'left open'}`,
    );
  return reasons.length > 0 ? EXIT.inPart : EXIT.done;
};
