import { PANE_MS, TENURE_BAND_EDGES_S, TENURE_BANDS } from '#domain';

/** Arrivals are remembered up to the last tenure band, in which a burst is no longer told apart. */
const MEMORY_S = TENURE_BAND_EDGES_S[TENURE_BANDS - 1]!;
/** So long, in seconds, the usual rate is learned before anything counts as a burst. */
const LEARNING_S = 60;
const USUAL_GAIN = 1 - 2 ** (-1 / 300);
/** In a burst the usual rate follows at this share of its pace: traffic that stays becomes usual in the end. */
const BURST_PACE = 0.1;
/** A burst is looked for in the arrivals of so many seconds, and began with the first of them. */
const LOOK_BACK_S = 5;
/** It begins at so many times the usual and so many standard deviations above it; it ends below so many. */
const BEGINS_RATIO = 1.5;
const BEGINS_SD = 3;
const ENDS_SD = 1;

/**
 * Who came when to a room that does not say from where, and which of those seconds were a burst: traffic that comes
 * at once is mostly paid for, and leaves as such traffic does. Plain data; the rings are indexed by second modulo their length.
 */
export interface JoinBursts {
  enters: Uint32Array;
  in_burst: Uint8Array;
  last_second: number | null;
  seconds: number;
  usual_per_s: number;
  /** Last second of the last burst; `null` before the first. */
  burst_second: number | null;
}

export const emptyJoinBursts = (): JoinBursts => ({
  enters: new Uint32Array(MEMORY_S),
  in_burst: new Uint8Array(MEMORY_S),
  last_second: null,
  seconds: 0,
  usual_per_s: 0,
  burst_second: null,
});

/** Takes the arrivals of the pane at `ts`, and holds those of the last seconds against the usual. */
export const stepJoinBursts = (bursts: JoinBursts, ts: number, enters: number): void => {
  const second = ts / PANE_MS;
  const unseenFrom = Math.max((bursts.last_second ?? second - 1) + 1, second - MEMORY_S + 1);
  for (let at = unseenFrom; at <= second; at++) bursts.enters[at % MEMORY_S] = bursts.in_burst[at % MEMORY_S] = 0;
  bursts.enters[second % MEMORY_S] = enters;
  const lasted = bursts.last_second !== null && bursts.burst_second === bursts.last_second;
  bursts.last_second = second;
  bursts.seconds++;

  let recent = 0;
  for (let ago = 0; ago < LOOK_BACK_S; ago++) recent += bursts.enters[(second - ago) % MEMORY_S]!;
  const usual = Math.max(bursts.usual_per_s * LOOK_BACK_S, 1);
  const deviations = (recent - usual) / Math.sqrt(usual);
  const begins = !lasted && bursts.seconds > LEARNING_S && deviations > BEGINS_SD && recent > BEGINS_RATIO * usual;
  const lasts = lasted && deviations > ENDS_SD;
  const marked = begins ? LOOK_BACK_S : lasts ? 1 : 0;
  for (let ago = 0; ago < marked; ago++) bursts.in_burst[(second - ago) % MEMORY_S] = 1;
  if (marked > 0) bursts.burst_second = second;
  const pace = marked > 0 ? BURST_PACE : 1;
  const gain = pace * Math.max(USUAL_GAIN, 1 / bursts.seconds);
  bursts.usual_per_s += (enters - bursts.usual_per_s) * gain;
};

/** Is a burst on in the pane at `ts`, or over for less than `graceS` seconds? */
export const isAfterBurst = ({ burst_second }: JoinBursts, ts: number, graceS: number): boolean =>
  burst_second !== null && ts / PANE_MS - burst_second < graceS;

/**
 * Share of each tenure band, from `share[offset]` on, that came in a burst. Within a band those of a burst
 * are taken to have stayed like the others: few are left by the time the bands are wide.
 */
export const burstShares = (
  { enters, in_burst, last_second, burst_second }: JoinBursts,
  share: Float64Array,
  offset: number,
): void => {
  const isGone = last_second === null || burst_second === null || last_second - burst_second >= MEMORY_S;
  let at = (last_second ?? 0) % MEMORY_S;
  for (let band = 0; band < TENURE_BANDS; band++) {
    let all = 0;
    let burst = 0;
    const to = isGone ? 0 : (TENURE_BAND_EDGES_S[band + 1] ?? 0);
    for (let tenure = TENURE_BAND_EDGES_S[band]!; tenure < to; tenure++) {
      all += enters[at]!;
      burst += in_burst[at]! * enters[at]!;
      at = at === 0 ? MEMORY_S - 1 : at - 1;
    }
    share[offset + band] = all === 0 ? 0 : burst / all;
  }
};
