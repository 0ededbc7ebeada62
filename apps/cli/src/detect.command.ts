import { createReadStream, statSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'csv-parse';
import { emptySeries, scoreNext } from '#detect';
import { EXIT, type ExitCode } from './exit-code.js';
import { separation, type Judged } from './separation.js';
import type { Surroundings } from './surroundings.js';

interface DetectArguments {
  csv: string;
  column: string;
  label?: string;
}

export const detectCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('detect')
    .description('how surprising each row of a series is, judged by the rows before it: CSV with a score, in nats')
    .requiredOption('--csv <file>', 'with a header line')
    .requiredOption('--column <name>', 'the column that holds the numbers')
    .option('--label <name>', 'a column that is 0 where nothing is wrong: tells how well the scores separate the two')
    .action(async (args: DetectArguments) => {
      if (statSync(args.csv, { throwIfNoEntry: false })?.isFile() === true) finish(await detect(args, around));
      else program.error(`error: ${args.csv} is not a file: give --csv the path of a CSV file with a header line`);
    });
};

/** A row whose value is no number is printed without a score, and teaches nothing. */
const detect = async ({ csv, column, label }: DetectArguments, around: Surroundings): Promise<ExitCode> => {
  let header: string[] = [];
  const columns = (names: string[]): string[] => (header = names);
  const rows = parse({ columns, bom: true, trim: true, relax_column_count: true });
  createReadStream(csv)
    .on('error', (error) => rows.destroy(error))
    .pipe(rows);
  const missing = (): string | undefined =>
    [column, ...(label === undefined ? [] : [label])].find((name) => !header.includes(name));
  const refuse = (name: string): ExitCode => {
    const has = header.length === 0 ? 'it is empty' : `it has ${header.join(', ')}`;
    around.complain(`error: ${csv} has no column "${name}"; ${has}: name one of its header line`);
    return EXIT.badArguments;
  };
  const series = emptySeries();
  const judged: Judged[] = [];
  let row = 0;
  let unread = 0;
  for await (const record of rows as AsyncIterable<Record<string, string>>) {
    if (missing() !== undefined) break;
    if (row === 0) around.print(`row,${column},score`);
    const text = record[column] ?? '';
    const value = text === '' ? NaN : Number(text);
    row++;
    if (!Number.isFinite(value)) {
      unread++;
      around.print(`${row},,`);
      continue;
    }
    const score = scoreNext(series, value);
    around.print(`${row},${text},${score.toFixed(4)}`);
    if (label !== undefined)
      judged.push({ score, wrong: !['', '0', 'false'].includes((record[label] ?? '').toLowerCase()) });
  }
  const absent = missing();
  if (absent !== undefined) return refuse(absent);
  if (unread > 0) around.complain(`${unread} of ${row} rows hold no number in "${column}"`);
  if (label !== undefined) around.complain(separationText(judged));
  return unread > 0 ? EXIT.inPart : EXIT.done;
};

const separationText = (judged: readonly Judged[]): string => {
  const area = separation(judged);
  const wrong = judged.filter((each) => each.wrong).length;
  const counts = `${wrong} rows of ${judged.length} are labelled`;
  return area === null
    ? counts
    : `${counts}; one of them scores above one that is not in ${(100 * area).toFixed(1)} % of pairs`;
};
