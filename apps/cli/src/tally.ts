import { Command, CommanderError } from 'commander';
import { backfillCommand } from './backfill.command.js';
import { backtestCommand } from './backtest.command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { detectCommand } from './detect.command.js';
import { demoCommand } from './demo.command.js';
import { doctorCommand } from './doctor.command.js';
import { eraseCommand } from './erase.command.js';
import { exportCommand } from './export.command.js';
import { importCommand } from './import.command.js';
import { migrateCommand } from './migrate.command.js';
import { simulateCommand } from './simulate.command.js';
import { replayCommand } from './replay.command.js';
import { reportCommand } from './report.command.js';
import type { Surroundings } from './surroundings.js';
import { tokenCommand } from './token.command.js';

const COMMANDS = [
  simulateCommand,
  importCommand,
  exportCommand,
  replayCommand,
  reportCommand,
  eraseCommand,
  backfillCommand,
  backtestCommand,
  detectCommand,
  demoCommand,
  tokenCommand,
  migrateCommand,
  doctorCommand,
];

/** Runs one command line of `tally` (without the program's name) and answers its exit code. */
export const runTally = async (argv: readonly string[], around: Surroundings): Promise<ExitCode> => {
  let code: ExitCode = EXIT.done;
  const program = new Command('tally')
    .description(
      'Tallylight on the command line. Exit codes: 0 done, 1 failed, 2 bad arguments, 3 done in part: records were rejected, or sessions are still live.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.print(text.trimEnd()),
      writeErr: (text) => around.complain(text.trimEnd()),
    });
  const finish = (ended: ExitCode): void => {
    code = ended;
  };
  for (const define of COMMANDS) define(program, around, finish);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badArguments;
    around.complain(`error: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.failed;
  }
};
