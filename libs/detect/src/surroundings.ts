import type { Moment } from '#domain';

/** Arrivals of the last seconds are held against the usual ones: half-lives of 10 and 300 s. */
const RECENT_GAIN = 1 - 2 ** (-1 / 10);
const USUAL_GAIN = 1 - 2 ** (-1 / 300);
/** Arrivals so many times the usual, and at least so many a second, are a burst. */
const BURST_RATIO = 2;
const BURST_ENTERS_PER_S = 1;
/** A giveaway whose end nobody marked counts as over after this long. */
const LOTTERY_MS_MAX = 600_000;
/** Script cues are remembered this long. */
const CUE_MEMORY_MS = 60_000;

/** What else happened around a moment: arrivals and script cues; plain data. */
export interface Surroundings {
  recent_enters_per_s: number;
  usual_enters_per_s: number;
  cues: { ts: number; label: string }[];
  /** `ts` of the last `lottery_end`, ms. */
  lottery_ended_at: number | null;
  /** `ts` of the giveaway that is on, ms; `null` between giveaways. */
  lottery_since: number | null;
  closing: boolean;
}

export const emptySurroundings = (): Surroundings => ({
  recent_enters_per_s: 0,
  usual_enters_per_s: 0,
  cues: [],
  lottery_ended_at: null,
  lottery_since: null,
  closing: false,
});

export const stepSurroundings = (surroundings: Surroundings, { pane, cues }: Moment): void => {
  surroundings.recent_enters_per_s += (pane.enters - surroundings.recent_enters_per_s) * RECENT_GAIN;
  surroundings.usual_enters_per_s += (pane.enters - surroundings.usual_enters_per_s) * USUAL_GAIN;
  while (surroundings.cues.length > 0 && surroundings.cues[0]!.ts < pane.ts - CUE_MEMORY_MS) surroundings.cues.shift();
  for (const { ts, label } of cues) {
    surroundings.cues.push({ ts, label });
    if (label === 'lottery_start') surroundings.lottery_since = ts;
    if (label === 'lottery_end') {
      surroundings.lottery_since = null;
      surroundings.lottery_ended_at = ts;
    }
    if (label === 'closing') surroundings.closing = true;
  }
};

/** Is a giveaway on at `ts`? It holds viewers who would have left, and says nothing of how they leave without one. */
export const isGiveawayOn = ({ lottery_since }: Surroundings, ts: number): boolean =>
  lottery_since !== null && ts - lottery_since < LOTTERY_MS_MAX;

/** Arrivals per second against the usual, where they are a burst; else `null`. */
export const trafficBurst = ({
  recent_enters_per_s,
  usual_enters_per_s,
}: Surroundings): { enters_per_s: number; usual_enters_per_s: number } | null =>
  recent_enters_per_s >= BURST_ENTERS_PER_S && recent_enters_per_s >= BURST_RATIO * usual_enters_per_s
    ? { enters_per_s: recent_enters_per_s, usual_enters_per_s }
    : null;
