import type { Command } from 'commander';
import { loadConfig } from '#config';
import { migrate, openClient, storePlaceOf, StoreUnavailable } from '#store';
import { EXIT, type ExitCode } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

export const migrateCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('migrate')
    .description('bring the schema of the store forward; the monitor does so itself when it starts')
    .option('--json', 'for machines')
    .action(async ({ json }: { json?: true }) => finish(await migrateStore(json === true, around)));
};

const migrateStore = async (json: boolean, around: Surroundings): Promise<ExitCode> => {
  const outcome = loadConfig(around.environment);
  if (outcome.kind === 'wrong') {
    for (const problem of outcome.problems) around.complain(`error: ${problem}`);
    return EXIT.failed;
  }
  try {
    const client = await openClient(storePlaceOf(outcome.config));
    const applied = await migrate(client).finally(() => client.close());
    const names = applied.map(({ number, name }) => `${number} ${name}`);
    around.print(
      json ? JSON.stringify({ applied: names }) : names.join('\n') || 'nothing to do: the schema is up to date',
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    around.complain(`error: ${error.message}`);
    return EXIT.failed;
  }
};
