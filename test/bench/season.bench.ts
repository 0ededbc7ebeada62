import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient, type StoreClient } from '#store';
import { figure, median, quantile, type Bench, type BenchResult, type Goal } from './bench.js';
import { ADMIN_TOKEN, MonitorUnderLoad } from './monitor-under-load.js';
import { SteadyPosting } from './season/steady-posting.js';
import { seasonOf, writeSeason, type SeasonSession } from './season/index.js';

const EVENTS = { full: 20_000_000, short: 200_000 };
const SESSIONS = { full: 200, short: 8 };
const ROUNDS = { full: 20, short: 2 };
const BARE_ROUNDS = { full: 5, short: 1 };
const EVENTS_PER_S = { full: 5_000, short: 500 };
const WRITING_ALONE_MS = { full: 15_000, short: 2_000 };
const WITHIN_300_MS: Goal = { value_max: 300 };
const WITHIN_1_S: Goal = { value_max: 1_000 };

/** A question as the page asks it, and the statements that it costs the store: asked of it bare, they are the baseline. */
interface Question {
  readonly name: string;
  readonly path: string;
  /** Asked of a range: each `from` before the session's start is a question of its own, with the same work. */
  readonly isRanged?: boolean;
  readonly goal: Goal;
  readonly statements: readonly (readonly [
    name: string,
    parameters: Readonly<Record<string, string | number | null | readonly number[] | readonly string[]>>,
  ])[];
}

/**
 * Question: how long do the questions after the stream take, over twenty million events of two hundred sessions, while
 * 5,000 events/s are written; how much does that slow the writing; how fast and in what memory does a session of five
 * million events leave as CSV? The monitor is the real program on the embedded store. `first`: asked for the first time, so
 * that nothing of the answer is kept; the p95 of as many different questions as there are rounds where a question has a
 * range, else of one. `p95`: asked again. The baseline of both is the median of the same statements by the bare client,
 * before the monitor starts.
 */
export const run: Bench = async (size) => {
  const season = seasonOf(SESSIONS[size], EVENTS[size]);
  const monitor = new MonitorUnderLoad();
  const path = join(monitor.dataDir, 'store');
  const began = performance.now();
  const bytes = await writeSeason(path, season);
  const results: BenchResult[] = [
    figure(
      'season.disk',
      bytes,
      'bytes/event',
      undefined,
      `made in ${Math.round((performance.now() - began) / 1000)} s`,
    ),
  ];
  const questions = questionsOf(season);
  const bare = await askBare(path, questions, BARE_ROUNDS[size]);
  try {
    await monitor.start();
    results.push(await exported(monitor, season[0]!));
    const posting = new SteadyPosting(monitor.url, EVENTS_PER_S[size]);
    const alone = await posting.during(() => sleep(WRITING_ALONE_MS[size]));
    const answers: BenchResult[] = [];
    const beside = await posting.during(async () => {
      for (const question of questions)
        answers.push(...(await asked(monitor, question, ROUNDS[size], bare.get(question.name)!)));
    });
    results.push(...answers, slowed(alone, beside), await loopHeld(monitor));
  } finally {
    await monitor.discard();
  }
  return results;
};

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };
const WHOLE = { ...ALL, step_ms: Number.MAX_SAFE_INTEGER, origin: 0 };

const questionsOf = ([longest, ...others]: readonly SeasonSession[]): Question[] => {
  const { stream_id } = longest!;
  const stream = ['summaries', { stream_ids: [stream_id] }] as const;
  const sums = [
    'streams',
    { stream_id, rooms: '', status: null, limit: 1, before_started_at: null, before_stream_id: '' },
  ] as const;
  const totals = ['steps', { stream_id, ...WHOLE }] as const;
  const shown = ['presentations', { stream_id }] as const;
  const presentations = [
    stream,
    shown,
    totals,
    ['presentation-totals', { stream_id, handover_ms: 5_000, session_end: Number.MAX_SAFE_INTEGER }],
    ['presentation-distinct', { stream_id }],
    ['paid-lines', { stream_id }],
  ] as const;
  const cohorts = {
    stream_id,
    cohort_ms: 60_000,
    after_ms: [60_000, 180_000, 300_000, 600_000, 1_800_000],
    source: null,
  };
  const compared = [longest!, ...others].slice(0, 10).map((session) => session.stream_id);
  const of = `/streams/${stream_id}`;
  return [
    {
      ...{ name: 'summary', path: of, goal: WITHIN_300_MS },
      statements: [
        stream,
        sums,
        totals,
        ['steps-distinct', { stream_id, ...WHOLE }],
        shown,
        ['repurchase', { stream_id, within_ms: 90 * 86_400_000 }],
      ],
    },
    {
      ...{ name: 'metrics', path: `${of}/metrics?step=1s`, goal: WITHIN_300_MS, isRanged: true },
      statements: [stream, ['steps', { stream_id, ...ALL, step_ms: 1_000, origin: 0 }]],
    },
    { ...{ name: 'presentations', path: `${of}/presentations`, goal: WITHIN_300_MS }, statements: presentations },
    {
      ...{ name: 'retention', path: `${of}/retention`, goal: WITHIN_300_MS, isRanged: true },
      statements: [stream, totals, ['cohorts', { ...cohorts, ...ALL }]],
    },
    {
      ...{ name: 'funnel', path: `${of}/funnel`, goal: WITHIN_300_MS, isRanged: true },
      statements: [stream, ['funnel', { stream_id, ...ALL, item_id: null, horizon_ms: null }]],
    },
    { ...{ name: 'history', path: '/items/item-7/history?limit=1000', goal: WITHIN_1_S }, statements: presentations },
    {
      ...{ name: 'compare', path: `/compare?streams=${compared.join(',')}`, goal: WITHIN_1_S },
      statements: compared.map((id) => ['steps', { ...totals[1], stream_id: id, step_ms: 60_000 }] as const),
    },
    {
      ...{ name: 'keywords', path: `${of}/keywords`, goal: WITHIN_1_S, isRanged: true },
      statements: [stream, ['messages', { stream_id, begins: [ALL.from], ends: [ALL.to] }]],
    },
  ];
};

/** Median ms of each question's statements, one after the other, by the client alone. */
const askBare = async (path: string, questions: readonly Question[], rounds: number): Promise<Map<string, number>> => {
  const client = await openClient({ kind: 'embedded', path });
  try {
    const took = new Map<string, number>();
    for (const { name, statements } of questions) {
      const ms: number[] = [];
      for (let round = 0; round < rounds; round++) ms.push(await timed(() => statementsOf(client, statements)));
      took.set(name, median(ms));
    }
    return took;
  } finally {
    await client.close();
  }
};

const statementsOf = async (client: StoreClient, statements: Question['statements']): Promise<void> => {
  await Promise.all(statements.map(([name, parameters]) => client.read(queryText(name), parameters)));
};

const QUERIES = new URL('../../libs/store/src/queries/', import.meta.url);
const queryText = (name: string): string =>
  readFileSync(new URL(`${name}.sql`, QUERIES), 'utf8').replace(/\/\* include (\w+) \*\//g, (_, part: string) =>
    readFileSync(new URL(`parts/${part}.sql`, QUERIES), 'utf8'),
  );

const asked = async (
  { url }: MonitorUnderLoad,
  { name, path, goal, isRanged = false }: Question,
  rounds: number,
  bare_ms: number,
): Promise<BenchResult[]> => {
  const ask = async (from?: number): Promise<void> => {
    const range = from === undefined ? '' : `${path.includes('?') ? '&' : '?'}from=${from}`;
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, connection: 'close' };
    const answer = await fetch(`${url}/api/v1${path}${range}`, { headers });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
  };
  const first = [await timed(() => ask())];
  const again: number[] = [];
  for (let round = 0; round < rounds; round++) {
    again.push(await timed(() => ask()));
    if (isRanged) first.push(await timed(() => ask(1_000 * (round + 1))));
  }
  return [
    { figureName: `season.${name}.first`, took: first, counted: `${first.length} asked for the first time` },
    { figureName: `season.${name}.p95`, took: again, counted: `asked ${again.length} times again` },
  ].map(({ figureName, took, counted }) => {
    const note = `${counted}; median ${Math.round(median(took))} ms; while events are written`;
    return {
      ...figure(figureName, quantile(took, 0.95), 'ms', goal, note),
      baseline: { name: 'the same statements by the bare client, nothing written, median', value: Math.round(bare_ms) },
      ratio: Number((median(took) / bare_ms).toPrecision(3)),
    };
  });
};

/** A session of a quarter of all events, as CSV; the monitor's memory is looked at four times a second meanwhile. */
const exported = async (
  monitor: MonitorUnderLoad,
  { stream_id, events }: SeasonSession,
): Promise<BenchResult[][number]> => {
  const idle = await monitor.residentBytes();
  let most = idle;
  let isRunning = true;
  const watching = (async () => {
    while (isRunning) {
      most = Math.max(most, await monitor.residentBytes());
      await sleep(250);
    }
  })();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const path = `/api/v1/streams/${stream_id}/export?what=events&format=csv&definitions=none`;
  let lines = -1;
  const ms = await timed(async () => {
    const answer = await fetch(monitor.url + path, { headers });
    if (answer.status !== 200 || answer.body === null) throw new Error(`the export was answered ${answer.status}`);
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
      for (const byte of chunk) if (byte === 0x0a) lines++;
  });
  isRunning = false;
  await watching;
  if (lines !== events) throw new Error(`${lines} rows were exported of ${events}`);
  const more_mb = (most - idle) / 1e6;
  const rate = (events / ms) * 1000;
  const note = `rows/s to CSV; ${Math.round(more_mb)} MB more than idle at most (300 allowed); at least 150,000 wanted`;
  return { ...figure('season.export', rate, 'rows/s', undefined, note), met: rate >= 150_000 && more_mb < 300 };
};

const slowed = (alone: number, beside: number): BenchResult => ({
  name: 'season.writing',
  value: Math.round(beside),
  unit: 'events/s',
  baseline: { name: 'the same writing with nobody reading', value: Math.round(alone) },
  ratio: Number((beside / alone).toPrecision(3)),
  goal: { ratio_min: 0.9 },
  met: beside >= 0.9 * alone,
});

const loopHeld = async (monitor: MonitorUnderLoad): Promise<BenchResult> =>
  figure('season.loop_p99', 1000 * (await monitor.metric('tallylight_nodejs_eventloop_lag_p99_seconds')), 'ms', {
    value_max: 50,
  });

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
