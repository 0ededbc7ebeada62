import type { Command } from 'commander';
import type { BacktestAnswer } from '#contract';
import { alertSpeechOf, sayAlert } from '#say';
import type { Alert } from '#domain';
import { httpUrl, ruleSetting, streamId } from './arguments.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askMonitor } from './monitor-reader.js';
import type { Surroundings } from './surroundings.js';

interface BacktestArguments {
  set?: [string, unknown][];
  url: URL;
  token?: string;
  json?: true;
}

export const backtestCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('backtest')
    .description('what a rule would have fired on stored sessions of a running monitor, against what it fired')
    .argument('<rule>', 'such as dropoff_spike; GET /api/v1/rules lists them')
    .argument('<streams...>', 'the sessions', (id: string, before: string[] = []) => [...before, streamId(id)])
    .option(
      '--set <name=value>',
      'a setting to try, any number of times',
      (text: string, before: [string, unknown][] = []) => [...before, ruleSetting(text)],
    ) // prettier-ignore
    .option('--url <address>', 'the monitor', httpUrl, new URL('http://127.0.0.1:3000'))
    .option('--token <token>', 'a token of role analyst (default: $TALLY_TOKEN)')
    .option('--json', 'the whole answer for machines on standard output')
    .action(async (rule: string, streams: string[], args: BacktestArguments) =>
      finish(await backtest(rule, streams, args, around)),
    );
};

const backtest = async (
  rule: string,
  stream_ids: readonly string[],
  { set = [], url, json, ...args }: BacktestArguments,
  around: Surroundings,
): Promise<ExitCode> => {
  const token = args.token ?? around.environment['TALLY_TOKEN'] ?? null;
  const request = { rule, stream_ids, settings: Object.fromEntries(set) };
  const asked = await askMonitor({ url, token }, '/api/v1/rules/backtest', around.stop, request);
  if (asked.kind === 'failed') {
    around.complain(`error: ${asked.reason}`);
    return EXIT.failed;
  }
  const answer = (await asked.response.json()) as BacktestAnswer;
  if (json === true) around.print(JSON.stringify(answer));
  else for (const session of answer.sessions) around.print(sessionText(session));
  return EXIT.done;
};

/** One session: how many, and a line for each alert that would fire. */
const sessionText = ({
  stream_id,
  would_fire,
  fired,
  both,
  added,
  gone,
}: BacktestAnswer['sessions'][number]): string => {
  const head = `${stream_id}: would fire ${would_fire.length}, fired ${fired.length}: ${both} in both, ${added} added, ${gone} gone`;
  const speech = alertSpeechOf('en');
  const lines = would_fire.map((alert) => {
    const said = sayAlert(alert as Alert, speech).what;
    return `  ${new Date(alert.started_at).toISOString()} ${alert.item_id ?? ''} ${said}`.replace(/ {2,}(?=\S)/g, ' ');
  });
  const marks = fired
    .filter(({ outcome }) => outcome !== null)
    .map(({ alert, outcome }) => `  fired ${new Date(alert.started_at).toISOString()}, marked ${outcome}`);
  return [head, ...lines, ...marks].join('\n');
};
