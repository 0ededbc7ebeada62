import type { Source } from '#domain';

/**
 * The hazard of leaving, per second, of an ordinary viewer: `floor + (peak − floor) · (1 + tenure / scale)^−shape`.
 * Who has just come leaves many times faster than who stayed; how much faster depends on where the viewer came from.
 */
interface Impatience {
  peak: number;
  scale_s: number;
  shape: number;
  floor: number;
}

const IMPATIENCE: Readonly<Record<Source, Impatience>> = {
  recommend: { peak: 0.15, scale_s: 4, shape: 1.3, floor: 0.0038 },
  follow: { peak: 0.03, scale_s: 10, shape: 1.2, floor: 0.002 },
  search: { peak: 0.05, scale_s: 8, shape: 1.2, floor: 0.003 },
  short_video: { peak: 0.11, scale_s: 5, shape: 1.3, floor: 0.0038 },
  ad: { peak: 0.22, scale_s: 4, shape: 1.3, floor: 0.005 },
  share: { peak: 0.06, scale_s: 6, shape: 1.2, floor: 0.003 },
  group: { peak: 0.025, scale_s: 10, shape: 1.2, floor: 0.0018 },
  other: { peak: 0.09, scale_s: 6, shape: 1.3, floor: 0.0035 },
};

/** Deviation of the logarithm of a viewer's own patience around that of the source. */
export const PATIENCE_SIGMA = 0.5;

/** Hazards by second of tenure, tabulated to this tenure; after it the curve is flat. */
const TABLE_S = 3_600;

const tabulate = ({ peak, scale_s, shape, floor }: Impatience): Float64Array =>
  Float64Array.from({ length: TABLE_S + 1 }, (_, s) => floor + (peak - floor) * (1 + s / scale_s) ** -shape);

const TABLES = Object.fromEntries(
  Object.entries(IMPATIENCE).map(([source, impatience]) => [source, tabulate(impatience)]),
) as Record<Source, Float64Array>;

/** Hazard per second of an ordinary viewer of `source` after `tenureS` whole or broken seconds. */
export const hazardPerS = (source: Source, tenureS: number): number =>
  TABLES[source][tenureS < TABLE_S ? tenureS | 0 : TABLE_S] ?? 0;

/** Whether a hazard brings its event about, given a uniform draw. Most draws are settled without the exponential. */
export const strikes = (hazard: number, draw: number): boolean => draw < hazard && draw < 1 - Math.exp(-hazard);

/** Seconds an ordinary viewer of this mix stays, counted to `horizonS`: the room's online divided by its arrivals per second. */
export const meanStayS = (mix: Readonly<Partial<Record<Source, number>>>, horizonS: number): number => {
  const entries = Object.entries(mix) as [Source, number][];
  const weightSum = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.reduce((sum, [source, weight]) => sum + (weight / weightSum) * stayOfSource(source, horizonS), 0);
};

/** Averaged over viewers' own patience, at three Gauss-Hermite points of its logarithm. */
const stayOfSource = (source: Source, horizonS: number): number =>
  [
    { at: -Math.sqrt(3), weight: 1 / 6 },
    { at: 0, weight: 2 / 3 },
    { at: Math.sqrt(3), weight: 1 / 6 },
  ].reduce((sum, { at, weight }) => {
    const patience = Math.exp(PATIENCE_SIGMA * at - PATIENCE_SIGMA ** 2 / 2);
    let present = 1;
    let stayS = 0;
    for (let s = 0; s < horizonS; s++) {
      stayS += present;
      present *= Math.exp(-hazardPerS(source, s) * patience);
    }
    return sum + weight * stayS;
  }, 0);
