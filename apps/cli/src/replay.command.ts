import type { Command } from 'commander';
import { httpUrl, streamId } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askMonitor } from './monitor-reader.js';
import type { Surroundings } from './surroundings.js';

interface ReplayArguments {
  url: URL;
  token?: string;
  json?: true;
}
interface RecountAnswer {
  events: number;
  panes: number;
  alerts: number;
  differences: string[];
}

export const replayCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('replay')
    .description('a stored session back through the pipeline of a running monitor; fails where it comes out otherwise')
    .argument('<stream>', 'the session, which must be over', streamId)
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token of role analyst (default: $TALLY_TOKEN)')
    .option('--json', 'for machines')
    .action(async (stream: string, args: ReplayArguments) => finish(await replay(stream, args, around)));
};

const replay = async (
  stream: string,
  { url, token, json }: ReplayArguments,
  around: Surroundings,
): Promise<ExitCode> => {
  const address = { url, token: token ?? around.environment['TALLY_TOKEN'] ?? null };
  const path = `/api/v1/streams/${encodeURIComponent(stream)}/recount`;
  const asked = await askMonitor(address, path, around.stop, {});
  if (asked.kind === 'failed') {
    around.complain(`error: ${asked.reason}`);
    return EXIT.failed;
  }
  const answer = (await asked.response.json()) as RecountAnswer;
  const { events, panes, alerts, differences } = answer;
  if (json === true) around.print(JSON.stringify(answer));
  else {
    for (const difference of differences) around.complain(difference);
    const verdict = differences.length === 0 ? 'the same came out' : 'what came out differs';
    around.print(`${events} events, ${panes} panes, ${alerts} alerts: ${verdict}`);
  }
  return differences.length === 0 ? EXIT.done : EXIT.failed;
};
