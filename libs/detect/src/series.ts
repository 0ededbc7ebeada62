/** The level of a series is followed over so many rows, its usual scatter over so many more. */
const LEVEL_ROWS = 10;
const SCATTER_ROWS = 200;
/** Rows before anything is judged: scatter is not known from fewer. */
const WARM_UP_ROWS = 20;
/** Degrees of freedom of the residuals: their tails are taken to be heavy, so that one outlier is not the end of the world. */
const FREEDOM = 3;
/** A drift below half a deviation a row is none; drifts are forgotten over so many rows. */
const SLACK = 0.5;
const DRIFT_ROWS = 30;
/** What is surprising teaches at most so many deviations of scatter. */
const SURPRISE_MAX = 4;

/** What is known of one series of numbers, row by row; plain data. */
export interface Series {
  rows: number;
  level: number;
  /** Usual absolute distance from the level. */
  scatter: number;
  /** Added-up drift above and below the level, in deviations. */
  above: number;
  below: number;
}

export const emptySeries = (): Series => ({ rows: 0, level: 0, scatter: 0, above: 0, below: 0 });

/**
 * The fallback where nothing is known of a figure but its own past: how surprising the next value is, in nats, at least 0.
 * The larger of two surprises: one value far from the level of late (Student's t), and many that lie to one side of it (a
 * two-sided CUSUM). The score does not change when every value is shifted or scaled alike, and knows nothing of later rows.
 */
export const scoreNext = (series: Series, value: number): number => {
  if (series.rows === 0) series.level = value;
  const distance = value - series.level;
  const deviation = series.scatter * Math.sqrt(Math.PI / 2);
  const deviations = deviation === 0 ? (distance === 0 ? 0 : Math.sign(distance) * SURPRISE_MAX) : distance / deviation;
  const fade = 2 ** (-1 / DRIFT_ROWS);
  const pull = Math.max(-SURPRISE_MAX, Math.min(SURPRISE_MAX, deviations));
  series.above = Math.max(0, series.above * fade + pull - SLACK);
  series.below = Math.max(0, series.below * fade - pull - SLACK);
  const outlier = ((FREEDOM + 1) / 2) * Math.log(1 + deviations ** 2 / FREEDOM);
  const drift = Math.max(series.above, series.below) / 2;
  learn(series, value, distance, deviation);
  return series.rows <= WARM_UP_ROWS ? 0 : Math.max(outlier, drift);
};

const learn = (series: Series, value: number, distance: number, deviation: number): void => {
  series.rows++;
  const known = deviation === 0 ? Math.abs(distance) : Math.min(Math.abs(distance), SURPRISE_MAX * deviation);
  series.scatter += (known - series.scatter) * Math.max(1 - 2 ** (-1 / SCATTER_ROWS), 1 / series.rows);
  series.level += (value - series.level) * Math.max(1 - 2 ** (-1 / LEVEL_ROWS), 1 / series.rows);
};
