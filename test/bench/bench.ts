/** What issue of speed or memory a figure is held to: a least ratio against its baseline, or a most of its own unit. */
export type Goal = { readonly ratio_min: number } | { readonly value_max: number };

/** One line of `npm run bench`. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is held against, measured in turns in the same run; absent where the figure stands for itself. */
  readonly baseline?: { readonly name: string; readonly value: number };
  /** `value` / `baseline.value`. */
  readonly ratio?: number;
  /** The same ratio in processor time of all threads: what is left to look at when others use the machine. */
  readonly cpu_ratio?: number;
  /** Absent where the figure is only told. */
  readonly goal?: Goal;
  readonly met?: boolean;
  /** What one must know to read the figure. */
  readonly note?: string;
}

/** `full` for figures that count; `short` only shows that every bench still runs. */
export type Size = 'full' | 'short';

/** One question of speed or memory; runs in a process of its own. */
export type Bench = (size: Size) => Promise<BenchResult[]>;

/** Work to be timed. */
export interface Work {
  /** Does all of one round; answers how many units it did. */
  round(): number | Promise<number>;
  /** Processor time so far, ms, all threads, of the process that does the work; this one unless told otherwise. */
  cpuMs?(): Promise<number>;
}

/** A figure that stands for itself. */
export const figure = (name: string, value: number, unit: string, goal?: Goal, note?: string): BenchResult => ({
  name,
  value: rounded(value),
  unit,
  ...held(goal, value),
  ...(note === undefined ? {} : { note }),
});

/** A rate against that of a baseline, each the median of `rounds`, in turns. */
export const compare = async (
  name: string,
  baseline: Work & { name: string },
  subject: Work,
  { rounds, unit, goal, note }: { rounds: number; unit: string; goal?: Goal; note?: string },
): Promise<BenchResult> => {
  const rates = await interleaved(baseline, subject, rounds);
  const ratio = rates.subject.wall / rates.baseline.wall;
  return {
    name,
    value: Math.round(rates.subject.wall),
    unit,
    baseline: { name: baseline.name, value: Math.round(rates.baseline.wall) },
    ratio: rounded(ratio),
    cpu_ratio: rounded(rates.subject.cpu / rates.baseline.cpu),
    ...held(goal, rates.subject.wall, ratio),
    ...(note === undefined ? {} : { note }),
  };
};

const held = (goal: Goal | undefined, value: number, ratio = Number.NaN): Pick<BenchResult, 'goal' | 'met'> =>
  goal === undefined ? {} : { goal, met: 'ratio_min' in goal ? ratio >= goal.ratio_min : value <= goal.value_max };

const rounded = (value: number): number => Number(value.toPrecision(3));

/** Units per second of the clock on the wall, and of processor time. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Rates of `subject` and `baseline`, each the median of `rounds`. They take turns, and who goes first changes every
 * round: the machine's speed drifts within minutes, so only a ratio within one run means anything. One round of each
 * before that is thrown away, for the compiler; before each round the garbage of the one before is collected, outside
 * the time.
 */
const interleaved = async (
  baseline: Work,
  subject: Work,
  rounds: number,
): Promise<{ baseline: Rate; subject: Rate }> => {
  await rateOf(baseline);
  await rateOf(subject);
  const baselines: Rate[] = [];
  const subjects: Rate[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) baselines.push(await rateOf(baseline));
    subjects.push(await rateOf(subject));
    if (round % 2 === 1) baselines.push(await rateOf(baseline));
  }
  return { baseline: medianRate(baselines), subject: medianRate(subjects) };
};

const rateOf = async ({ round, cpuMs = ownCpuMs }: Work): Promise<Rate> => {
  globalThis.gc?.();
  const cpuBeforeMs = await cpuMs();
  const startedAt = performance.now();
  const units = await round();
  const wallMs = performance.now() - startedAt;
  return { wall: (units / wallMs) * 1000, cpu: (units / ((await cpuMs()) - cpuBeforeMs)) * 1000 };
};

const ownCpuMs = (): Promise<number> => {
  const { user, system } = process.cpuUsage();
  return Promise.resolve((user + system) / 1000);
};

const medianRate = (rates: readonly Rate[]): Rate => ({
  wall: median(rates.map(({ wall }) => wall)),
  cpu: median(rates.map(({ cpu }) => cpu)),
});

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which this share of `values` lies; the nearest rank. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
