import { SOURCES, TENURE_BANDS, TENURE_BAND_EDGES_S, tenureBand } from '#domain';

/** Pane indices per lap of the ring: the last edge, beyond which tenure is told no further apart. */
const RING = TENURE_BAND_EDGES_S[TENURE_BANDS - 1]!;

/**
 * How many open visits stand in each tenure band, by source, as of one pane. Advancing a pane moves visits over the
 * thirteen edges by how many began in the pane that lies an edge back, so it costs the same for 10 viewers and for
 * 2 million.
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
  const of = (tenure.sources[source] ??= {
    open: 0,
    bands: new Int32Array(TENURE_BANDS),
    begun: new Int32Array(RING),
  });
  of.open++;
  of.bands[0]!++;
  of.begun[tenure.pane % RING]!++;
};

/** A visit that began in pane `began` ends in the current pane; answers its tenure band. */
export const visitEnds = (tenure: Tenure, source: number, began: number): number => {
  const of = tenure.sources[source]!;
  const tenure_s = tenure.pane - began;
  const band = tenureBand(tenure_s);
  of.open--;
  of.bands[band]!--;
  if (tenure_s < RING) of.begun[began % RING]!--;
  return band;
};
