import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Option, type Command } from 'commander';
import { httpUrl, streamId } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askMonitor } from './monitor-reader.js';
import { reasonOf } from './monitor-client.js';
import type { Surroundings } from './surroundings.js';

interface ReportArguments {
  lang: string;
  pdf?: true;
  out?: string;
  url: URL;
  token?: string;
  json?: true;
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PRINT_WITHIN_MS = 60_000;

export const reportCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('report')
    .description('a session of a running monitor on one page')
    .argument('<stream>', 'the session', streamId)
    .addOption(new Option('--lang <language>', 'its language').choices(['zh', 'en']).default('zh'))
    .option('--pdf', 'print it with Chromium ($CHROMIUM, or where it is usually installed)')
    .option('--out <file>', 'where to (default: named after the session)')
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token that may see the session (default: $TALLY_TOKEN)')
    .option('--json', 'for machines')
    .action(async (stream: string, args: ReportArguments) => finish(await report(stream, args, around)));
};

const report = async (stream: string, args: ReportArguments, around: Surroundings): Promise<ExitCode> => {
  const failed = (reason: string): ExitCode => {
    around.complain(`error: ${reason}`);
    return EXIT.failed;
  };
  const token = args.token ?? around.environment['TALLY_TOKEN'] ?? null;
  const path = `/api/v1/streams/${encodeURIComponent(stream)}/report?lang=${args.lang}`;
  const asked = await askMonitor({ url: args.url, token }, path, around.stop);
  if (asked.kind === 'failed') return failed(asked.reason);
  const html = await asked.response.text();
  const file = args.out ?? `${stream.replaceAll(':', '_')}-report.${args.pdf === true ? 'pdf' : 'html'}`;
  try {
    if (args.pdf === true) {
      const browser = browserOf(around);
      if (browser === null) return failed('no Chromium was found: install it, or name it in CHROMIUM');
      await print(html, file, browser);
    } else await writeFile(file, html);
  } catch (error) {
    return failed(`${file} was not written: ${reasonOf(error)}`);
  }
  around.print(args.json === true ? JSON.stringify({ file }) : file);
  return EXIT.done;
};

const browserOf = ({ environment }: Surroundings): string | null =>
  [environment['CHROMIUM'] ?? '', ...BROWSERS].find((path) => path !== '' && existsSync(path)) ?? null;

/** The page loads nothing, so the browser needs no network; it gets a profile of its own. */
const print = async (html: string, file: string, browser: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'tally-report-'));
  try {
    const page = join(folder, 'report.html');
    await writeFile(page, html);
    const flags = ['--headless', '--disable-gpu', '--no-sandbox', '--no-pdf-header-footer'];
    const places = [`--user-data-dir=${join(folder, 'profile')}`, `--print-to-pdf=${resolve(file)}`];
    await promisify(execFile)(browser, [...flags, ...places, pathToFileURL(page).href], { timeout: PRINT_WITHIN_MS });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
