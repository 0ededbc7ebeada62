import { PANE_MS, SOURCES, TENURE_BAND_EDGES_S, TENURE_BANDS, type Pane } from '#domain';
import { STRATA } from './strata.js';

/** Arrivals are remembered until the last tenure band, in which a burst is no longer told apart. */
const MEMORY_S = TENURE_BAND_EDGES_S[TENURE_BANDS - 1]!;
const USUAL_HALF_LIFE_S = 300;
/** While a burst lasts the usual rate follows at this share of its pace: traffic that stays becomes usual in the end. */
const BURST_PACE = 0.1;
/** A burst is looked for in the arrivals of this many seconds. */
const LOOK_BACK_S = 5;
/** It begins so many standard deviations above the usual, and ends below so many. */
const BEGINS_SD = 3;
const ENDS_SD = 1;

/** Arrivals of one source by second, and which of those seconds were a burst; plain data. */
interface SourceArrivals {
  enters: Uint32Array;
  in_burst: Uint8Array;
  usual_per_s: number;
  bursting: boolean;
}

/** Who came when, and whether they came in a burst; plain data. */
export interface Arrivals {
  seconds: number;
  last_second: number | null;
  by_source: (SourceArrivals | null)[];
}

export const emptyArrivals = (): Arrivals => ({
  seconds: 0,
  last_second: null,
  by_source: SOURCES.map(() => null),
});

const emptySourceArrivals = (): SourceArrivals => ({
  enters: new Uint32Array(MEMORY_S),
  in_burst: new Uint8Array(MEMORY_S),
  usual_per_s: 0,
  bursting: false,
});

/** Takes one pane's arrivals, and writes for each stratum the share of it that came in a burst into `share`. */
export const stepArrivals = (arrivals: Arrivals, pane: Pane, share: Float64Array): void => {
  const second = pane.ts / PANE_MS;
  const from = Math.max((arrivals.last_second ?? second - 1) + 1, second - MEMORY_S + 1);
  arrivals.last_second = second;
  arrivals.seconds++;
  share.fill(0);
  for (let s = 0; s < SOURCES.length; s++) {
    const enters = pane.by_source[SOURCES[s]!]?.enters ?? 0;
    let of = arrivals.by_source[s]!;
    if (of === null) {
      if (enters === 0) continue;
      arrivals.by_source[s] = of = emptySourceArrivals();
    }
    for (let at = from; at < second; at++) of.enters[at % MEMORY_S] = of.in_burst[at % MEMORY_S] = 0;
    of.enters[second % MEMORY_S] = enters;
    of.in_burst[second % MEMORY_S] = 0;
    markBurst(of, second, arrivals.seconds);
    shareByBand(of, second, s * TENURE_BANDS, share);
  }
};

/** Holds the last seconds' arrivals against the usual; what turns out to be a burst was one from the start of the look back. */
const markBurst = (of: SourceArrivals, second: number, seen: number): void => {
  let recent = 0;
  for (let ago = 0; ago < LOOK_BACK_S; ago++) recent += of.enters[(second - ago) % MEMORY_S]!;
  const usual = Math.max(of.usual_per_s * LOOK_BACK_S, 1);
  const began = !of.bursting && seen > 60 && recent > usual + BEGINS_SD * Math.sqrt(usual) && recent > 1.5 * usual;
  of.bursting = began || (of.bursting && recent > usual + ENDS_SD * Math.sqrt(usual));
  const marked = began ? LOOK_BACK_S : of.bursting ? 1 : 0;
  for (let ago = 0; ago < marked; ago++) of.in_burst[(second - ago) % MEMORY_S] = 1;
  const gain = Math.max(1 - 2 ** (-1 / USUAL_HALF_LIFE_S), 1 / seen) * (of.bursting ? BURST_PACE : 1);
  of.usual_per_s += (of.enters[second % MEMORY_S]! - of.usual_per_s) * gain;
};

const shareByBand = (of: SourceArrivals, second: number, from: number, share: Float64Array): void => {
  for (let band = 0; band + 1 < TENURE_BANDS; band++) {
    let all = 0;
    let burst = 0;
    for (let tenure = TENURE_BAND_EDGES_S[band]!; tenure < TENURE_BAND_EDGES_S[band + 1]!; tenure++) {
      const at = (second - tenure + MEMORY_S) % MEMORY_S;
      all += of.enters[at]!;
      burst += of.in_burst[at]! * of.enters[at]!;
    }
    share[from + band] = all === 0 ? 0 : burst / all;
  }
};

export const emptyShares = (): Float64Array => new Float64Array(STRATA);
