import {
  SOURCES,
  TENURE_BANDS,
  TENURE_BAND_EDGES_S,
  emptySourceCounts,
  tenureBand,
  type Pane,
  type VisitEnd,
} from '#domain';

/** Pane indices per lap of the ring: the last edge, beyond which tenure is told no further apart. */
const RING = TENURE_BAND_EDGES_S[TENURE_BANDS - 1]!;

/**
 * How many open visits stand in each tenure band, by source, as of one pane. Advancing a pane moves visits over the
 * thirteen edges by how many began in the pane that lies an edge back, so it costs the same for 10 viewers and for
 * 2 million. Who was at risk in the pane follows from who is there at its end and whose visit ended in it.
 */
export interface Tenure {
  /** Index of the pane that the bands are as of. */
  pane: number;
  /** By source code; absent until a visit of that source. */
  sources: (SourceTenure | null)[];
}

interface SourceTenure {
  open: number;
  bands: Int32Array;
  /** Visits that began in pane p and are still open, at p mod {@link RING}, for the last RING panes. */
  begun: Int32Array;
  /** Of the current pane: visits that began, and by band those that ended and those of them that left. */
  enters: number;
  ended: Int32Array;
  left: Int32Array;
}

export const emptyTenure = (): Tenure => ({ pane: 0, sources: SOURCES.map(() => null) });

/** Moves the bands on to a later pane. */
export const advanceTenure = (tenure: Tenure, pane: number): void => {
  const { sources } = tenure;
  const laps = pane - tenure.pane;
  for (const source of sources) {
    if (source === null || source.open === 0) continue;
    if (laps > RING) settle(source);
    else for (let at = tenure.pane + 1; at <= pane; at++) moveOverEdges(source, at);
  }
  tenure.pane = pane;
};

const moveOverEdges = ({ bands, begun }: SourceTenure, pane: number): void => {
  for (let band = 1; band < TENURE_BANDS; band++) {
    const at = (pane - TENURE_BAND_EDGES_S[band]!) % RING;
    const crossing = begun[at]!;
    if (crossing === 0) continue;
    bands[band - 1]! -= crossing;
    bands[band]! += crossing;
    if (band === TENURE_BANDS - 1) begun[at] = 0;
  }
};

/** After more than a whole ring without a step everybody stands in the last band. */
const settle = (source: SourceTenure): void => {
  source.begun.fill(0);
  source.bands.fill(0);
  source.bands[TENURE_BANDS - 1] = source.open;
};

/** A visit begins in the current pane. */
export const visitBegins = (tenure: Tenure, source: number): void => {
  const of = (tenure.sources[source] ??= emptySource());
  of.open++;
  of.enters++;
  of.bands[0]!++;
  of.begun[tenure.pane % RING]!++;
};

/** A visit that began in pane `began` ends in the current pane. */
export const visitEnds = (tenure: Tenure, source: number, began: number, how: VisitEnd): void => {
  const of = tenure.sources[source]!;
  const tenure_s = tenure.pane - began;
  const band = tenureBand(tenure_s);
  of.open--;
  of.bands[band]!--;
  of.ended[band]!++;
  if (how !== 'censored') of.left[band]!++;
  if (tenure_s < RING) of.begun[began % RING]!--;
};

/** Writes the current pane's visits into its row, whole, by tenure and by source, and begins to count anew. */
export const layTenure = (tenure: Tenure, pane: Pane): void => {
  tenure.sources.forEach((of, code) => {
    if (of === null || (of.open === 0 && of.enters === 0 && !of.ended.some((ended) => ended > 0))) return;
    const counts = (pane.by_source[SOURCES[code]!] ??= emptySourceCounts());
    for (let band = 0; band < TENURE_BANDS; band++) {
      const at_risk = of.bands[band]! + of.ended[band]!;
      const left = of.left[band]!;
      counts.at_risk[band]! += at_risk;
      counts.leaves_by_tenure[band]! += left;
      counts.leaves += left;
      pane.leaves += left;
      pane.at_risk[band]! += at_risk;
      pane.leaves_by_tenure[band]! += left;
    }
    counts.enters += of.enters;
    counts.online = of.open;
    pane.enters += of.enters;
    of.enters = 0;
    of.ended.fill(0);
    of.left.fill(0);
  });
};

const emptySource = (): SourceTenure => ({
  open: 0,
  bands: new Int32Array(TENURE_BANDS),
  begun: new Int32Array(RING),
  enters: 0,
  ended: new Int32Array(TENURE_BANDS),
  left: new Int32Array(TENURE_BANDS),
});
