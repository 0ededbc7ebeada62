import { createReadStream } from 'node:fs';
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
    .action(async (args: DetectArguments) => finish(await detect(args, around)));
};

/** A row whose value is no number is printed without a score, and teaches nothing. */
const detect = async ({ csv, column, label }: DetectArguments, around: Surroundings): Promise<ExitCode> => {
  const rows = createReadStream(csv).pipe(parse({ columns: true, bom: true, trim: true, relax_column_count: true }));
  const series = emptySeries();
  const judged: Judged[] = [];
  let row = 0;
  let unread = 0;
  for await (const record of rows as AsyncIterable<Record<string, string>>) {
    const missing = [column, ...(label === undefined ? [] : [label])].find((name) => !Object.hasOwn(record, name));
    if (missing !== undefined) {
      around.complain(`error: ${csv} has no column "${missing}"; it has ${Object.keys(record).join(', ')}`);
      return EXIT.badArguments;
    }
    if (row === 0) around.print(`row,${column},score`);
    const text = record[column]!;
    const value = text === '' ? NaN : Number(text);
    row++;
    if (!Number.isFinite(value)) {
      unread++;
      around.print(`${row},,`);
      continue;
    }
    const score = scoreNext(series, value);
    around.print(`${row},${text},${score.toFixed(4)}`);
    if (label !== undefined) judged.push({ score, wrong: !['', '0', 'false'].includes(record[label]!.toLowerCase()) });
  }
  if (unread > 0) around.complain(`${unread} of ${row} rows hold no number in "${column}"`);
  if (label !== undefined) around.complain(separationText(judged));
  return unread > 0 ? EXIT.someRejected : EXIT.done;
};

const separationText = (judged: readonly Judged[]): string => {
  const area = separation(judged);
  const wrong = judged.filter((each) => each.wrong).length;
  const counts = `${wrong} rows of ${judged.length} are labelled`;
  return area === null
    ? counts
    : `${counts}; one of them scores above one that is not in ${(100 * area).toFixed(1)} % of pairs`;
};
