import { PANE_MS, SOURCES, TENURE_BAND_EDGES_S, TENURE_BANDS, tenureBand, type Pane } from '#domain';
import type { Expectation } from './expectation.js';
import { STRATA, type StrataCounts } from './strata.js';

/** Arrivals are followed up to the last tenure band, second by second; whoever stays longer is counted there. */
const FOLLOWED_S = TENURE_BAND_EDGES_S[TENURE_BANDS - 1]!;
const BAND_OF_TENURE = Uint8Array.from({ length: FOLLOWED_S }, (_, s) => tenureBand(s));

/**
 * Who is assumed to be present where a feed tells who comes and how many are there, but not who goes; plain data.
 * `cohorts[s · FOLLOWED_S + second mod FOLLOWED_S]`: of those of source s who came in that second, how many are left.
 */
export interface AssumedTenure {
  cohorts: Float64Array;
  /** By source: those who have been here for longer than is followed. */
  settled: Float64Array;
  last_second: number;
  /** Viewers online at the end of the last pane, as the feed counted them. */
  online: number;
  /** Seconds since leaves were last told, or nobody's leaving was. */
  unheard_s: number;
}

/** Nobody knows how long those have been here who are found at the start: they count as settled, of no named source. */
export const emptyAssumedTenure = ({ ts, online, enters }: Pane): AssumedTenure => {
  const settled = new Float64Array(SOURCES.length);
  const before = Math.max(0, online - enters);
  settled[SOURCES.indexOf('other')] = before;
  return {
    cohorts: new Float64Array(SOURCES.length * FOLLOWED_S),
    settled,
    last_second: ts / PANE_MS - 1,
    online: before,
    unheard_s: 0,
  };
};

/** Without any leave for so long, in seconds, nobody left. */
const UNHEARD_S_MAX = 15;

/**
 * Lays out who is assumed at risk in the pane, and how many left: those missing from the count. It is made every few
 * seconds, so most panes tell nothing, and some of the seconds since the last that did: answers how many those are, 0 for
 * a pane that tells nothing. Overwrites `counts` but for `burst` and `leaves`.
 */
export const assumeStrata = (assumed: AssumedTenure, pane: Pane, counts: StrataCounts): number => {
  const second = pane.ts / PANE_MS;
  for (let at = assumed.last_second + 1; at <= second; at++) settle(assumed, at);
  assumed.last_second = second;
  counts.at_risk.fill(0);
  for (const [s, source] of SOURCES.entries()) {
    assumed.cohorts[s * FOLLOWED_S + (second % FOLLOWED_S)] = pane.by_source[source]?.enters ?? 0;
    counts.at_risk[s * TENURE_BANDS + TENURE_BANDS - 1] = assumed.settled[s]!;
    for (let tenure = 0; tenure < FOLLOWED_S; tenure++)
      counts.at_risk[s * TENURE_BANDS + BAND_OF_TENURE[tenure]!]! += assumed.cohorts[cell(s, second, tenure)]!;
  }
  counts.at_risk_total = assumed.online + pane.enters;
  counts.leaves_total = Math.max(0, counts.at_risk_total - pane.online);
  scaleTo(assumed, counts);
  assumed.online = pane.online;
  assumed.unheard_s++;
  if (counts.leaves_total === 0 && assumed.unheard_s < UNHEARD_S_MAX) return 0;
  const told_s = assumed.unheard_s;
  assumed.unheard_s = 0;
  return told_s;
};

/** Whoever left is taken to have left as expected: each stratum gives its share, and its cohorts thin out by it. */
export const assumeLeaves = (
  assumed: AssumedTenure,
  counts: StrataCounts,
  { by_stratum, total }: Expectation,
): void => {
  for (let k = 0; k < STRATA; k++) {
    const share = total === 0 ? 0 : by_stratum[k]! / total;
    counts.leaves[k] = Math.min(counts.at_risk[k]!, counts.leaves_total * share);
  }
  for (let s = 0; s < SOURCES.length; s++) {
    const kept = (band: number): number => {
      const k = s * TENURE_BANDS + band;
      return counts.at_risk[k] === 0 ? 1 : 1 - counts.leaves[k]! / counts.at_risk[k]!;
    };
    assumed.settled[s]! *= kept(TENURE_BANDS - 1);
    for (let band = 0; band < TENURE_BANDS - 1; band++) {
      const share = kept(band);
      if (share === 1) continue;
      for (let tenure = TENURE_BAND_EDGES_S[band]!; tenure < TENURE_BAND_EDGES_S[band + 1]!; tenure++)
        assumed.cohorts[cell(s, assumed.last_second, tenure)]! *= share;
    }
  }
};

const cell = (source: number, second: number, tenure: number): number =>
  source * FOLLOWED_S + ((((second - tenure) % FOLLOWED_S) + FOLLOWED_S) % FOLLOWED_S);

/** The cohort whose place the new second takes has been here for as long as is followed. */
const settle = ({ cohorts, settled }: AssumedTenure, second: number): void => {
  for (let s = 0; s < SOURCES.length; s++) {
    const at = cell(s, second, 0);
    settled[s]! += cohorts[at]!;
    cohorts[at] = 0;
  }
};

/** As many must be at risk as the feed counts: who comes and goes unseen does so from every stratum alike. */
const scaleTo = (assumed: AssumedTenure, counts: StrataCounts): void => {
  let sum = 0;
  for (let k = 0; k < STRATA; k++) sum += counts.at_risk[k]!;
  if (sum === 0) return;
  const factor = counts.at_risk_total / sum;
  for (let k = 0; k < STRATA; k++) counts.at_risk[k]! *= factor;
  for (let i = 0; i < assumed.cohorts.length; i++) assumed.cohorts[i]! *= factor;
  for (let s = 0; s < SOURCES.length; s++) assumed.settled[s]! *= factor;
};
