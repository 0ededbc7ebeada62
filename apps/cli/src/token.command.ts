import { Option, type Command } from 'commander';
import { mintToken, TOKEN_ROLES, type TokenRole } from '#auth';
import { sharedTokenCheck } from '#config';
import { durationS, listOf } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

interface TokenArguments {
  role: TokenRole;
  streams: string[];
  expires: number;
  sub: string;
  json?: true;
}

export const tokenCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('token')
    .description('make a token, with the secret of AUTH_JWT_SECRET or the one in DATA_DIR')
    .addOption(new Option('--role <role>', 'what it may do').choices(TOKEN_ROLES).makeOptionMandatory())
    .requiredOption('--streams <ids>', 'which rooms: ids or patterns with *, between commas', listOf)
    .option('--expires <time>', 'how long it is valid: 12h, 30d', durationS, durationS('12h'))
    .option('--sub <name>', 'whose it is', 'tally')
    .option('--json', 'for machines')
    .action(async (args: TokenArguments) => finish(await token(args, around)));
};

const token = async (
  { role, streams, expires, sub, json }: TokenArguments,
  around: Surroundings,
): Promise<ExitCode> => {
  const outcome = sharedTokenCheck(around.environment);
  if (outcome.kind === 'wrong') {
    for (const problem of outcome.problems) around.complain(`error: ${problem}`);
    return EXIT.failed;
  }
  const tokenCheck = outcome.value;
  if (tokenCheck.kind === 'jwks') {
    around.complain(`error: this monitor trusts the keys of ${tokenCheck.url}: tokens are made by whoever keeps those`);
    return EXIT.failed;
  }
  const minted = await mintToken({ secret: tokenCheck.secret, sub, role, streams, expires_s: expires }, around.clock);
  const expires_at = around.clock.now() + expires * 1000;
  around.print(json === true ? JSON.stringify({ token: minted, role, streams, expires_at }) : minted);
  return EXIT.done;
};
