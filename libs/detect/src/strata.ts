import { SOURCES, TENURE_BANDS, type Pane } from '#domain';

/** A stratum is one source in one tenure band; its index is source · bands + band. */
export const STRATA = SOURCES.length * TENURE_BANDS;

/** Where the strata of viewers from nowhere named begin. */
export const UNNAMED = SOURCES.indexOf('other') * TENURE_BANDS;

/** Viewers at risk and leaves of one pane by stratum, each of length {@link STRATA}. */
export interface StrataCounts {
  at_risk: Float64Array;
  leaves: Float64Array;
  /** Share of those at risk who came in a burst of arrivals, where no source is named; else 0. */
  burst: Float64Array;
  at_risk_total: number;
  leaves_total: number;
}

export const emptyStrata = (): StrataCounts => ({
  at_risk: new Float64Array(STRATA),
  leaves: new Float64Array(STRATA),
  burst: new Float64Array(STRATA),
  at_risk_total: 0,
  leaves_total: 0,
});

/** Lays a pane's presence out by stratum, into `counts`, which is overwritten but for `burst`. */
export const readStrata = (pane: Pane, counts: StrataCounts): void => {
  counts.at_risk.fill(0);
  counts.leaves.fill(0);
  let atRisk = 0;
  let leaves = 0;
  for (let s = 0; s < SOURCES.length; s++) {
    const of = pane.by_source[SOURCES[s]!];
    if (of === undefined) continue;
    for (let band = 0; band < TENURE_BANDS; band++) {
      const stratum = s * TENURE_BANDS + band;
      counts.at_risk[stratum] = of.at_risk[band]!;
      counts.leaves[stratum] = of.leaves_by_tenure[band]!;
      atRisk += of.at_risk[band]!;
      leaves += of.leaves_by_tenure[band]!;
    }
  }
  counts.at_risk_total = atRisk;
  counts.leaves_total = leaves;
};
