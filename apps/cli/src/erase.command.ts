import type { Command } from 'commander';
import { sharedPseudonymKey } from '#config';
import { createPseudonymiser } from '#decode';
import { viewerHex } from '#domain';
import { httpUrl } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askMonitor } from './monitor-reader.js';
import type { Surroundings } from './surroundings.js';

interface EraseArguments {
  url: URL;
  token?: string;
  json?: true;
}

export const eraseCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('erase')
    .description('forget a viewer, by the id that the platform knows; with the PSEUDONYM_KEY of the monitor')
    .argument('<viewer>', 'the id as it is in events')
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token of role admin (default: $TALLY_TOKEN)')
    .option('--json', 'for machines')
    .action(async (viewer: string, args: EraseArguments) => finish(await erase(viewer, args, around)));
};

const erase = async (
  viewer_id: string,
  { url, token, json }: EraseArguments,
  around: Surroundings,
): Promise<ExitCode> => {
  const outcome = sharedPseudonymKey(around.environment);
  if (outcome.kind === 'wrong') {
    for (const problem of outcome.problems) around.complain(`error: ${problem}`);
    return EXIT.failed;
  }
  const bytes = Buffer.from(viewer_id);
  const pseudonym = viewerHex(createPseudonymiser(outcome.value)(bytes, 0, bytes.length));
  const address = { url, token: token ?? around.environment['TALLY_TOKEN'] ?? null };
  const asked = await askMonitor(address, `/api/v1/viewers/${pseudonym}`, around.stop, undefined, 'DELETE');
  if (asked.kind === 'failed') {
    around.complain(`error: ${asked.reason}`);
    return EXIT.failed;
  }
  const { erased, live } = (await asked.response.json()) as { erased: string[]; live: string[] };
  if (json === true) around.print(JSON.stringify({ pseudonym, erased, live }));
  else {
    around.print(`erased from ${erased.length} session(s)`);
    if (live.length > 0) around.print(`still live, run this again when they are over: ${live.join(', ')}`);
  }
  return live.length > 0 ? EXIT.inPart : EXIT.done;
};
