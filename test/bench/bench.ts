/** One line of `npm run bench`: a figure, and against what it is held, both measured in turns in one run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: { readonly name: string; readonly value: number };
  /** `value` / `baseline.value`. */
  readonly ratio: number;
  /** The least ratio that issue 2 asks for; absent where the figure is only told. */
  readonly goal?: number;
}

/** Work to be timed: does all of one round, answers how many units it did. */
export type Work = () => number;

/**
 * Units per second of `subject` and of `baseline`, each the median of `rounds`. They take turns, and who goes first
 * changes every round: the machine's speed drifts within minutes, so only a ratio within one run means anything.
 * One round of each before that is thrown away, for the compiler.
 */
export const interleaved = (baseline: Work, subject: Work, rounds: number): { baseline: number; subject: number } => {
  unitsPerSecond(baseline);
  unitsPerSecond(subject);
  const baselines: number[] = [];
  const subjects: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) baselines.push(unitsPerSecond(baseline));
    subjects.push(unitsPerSecond(subject));
    if (round % 2 === 1) baselines.push(unitsPerSecond(baseline));
  }
  return { baseline: median(baselines), subject: median(subjects) };
};

const unitsPerSecond = (work: Work): number => {
  const startedAt = performance.now();
  const units = work();
  return (units / (performance.now() - startedAt)) * 1000;
};

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};
