import { TENURE_BAND_EDGES_S, TENURE_BANDS } from '#domain';

/**
 * Kaplan-Meier by tenure band: element τ, for τ = 0 … `upTo_s`, is the share of visits that last at least τ seconds,
 * Π over seconds of tenure s < τ of (1 − leaves / at risk of the band of s); `null` from the first band below τ with
 * nobody at risk. Multiplied second by second in ascending s, so the same counts give the same bits everywhere.
 */
export const retentionCurve = (
  leavesByTenure: readonly number[],
  atRisk: readonly number[],
  upTo_s: number,
): (number | null)[] => {
  const curve: (number | null)[] = [1];
  const known = followSeconds(leavesByTenure, atRisk, upTo_s, (share) => curve.push(share));
  if (known === null) while (curve.length <= upTo_s) curve.push(null);
  return curve;
};

/** The last element of the {@link retentionCurve} up to `tau_s` seconds. */
export const retentionAt = (
  leavesByTenure: readonly number[],
  atRisk: readonly number[],
  tau_s: number,
): number | null => followSeconds(leavesByTenure, atRisk, tau_s, () => {});

/** Hands out the share that survives each second of tenure; gives the last, or `null` once nobody was at risk. */
const followSeconds = (
  leavesByTenure: readonly number[],
  atRisk: readonly number[],
  upTo_s: number,
  survived: (share: number) => void,
): number | null => {
  let surviving = 1;
  for (let band = 0; band < TENURE_BANDS; band++) {
    const from_s = TENURE_BAND_EDGES_S[band]!;
    if (from_s >= upTo_s) break;
    if (atRisk[band] === 0) return null;
    const staying = 1 - leavesByTenure[band]! / atRisk[band]!;
    const to_s = Math.min(TENURE_BAND_EDGES_S[band + 1] ?? Infinity, upTo_s);
    for (let s = from_s; s < to_s; s++) {
      surviving *= staying;
      survived(surviving);
    }
  }
  return surviving;
};
