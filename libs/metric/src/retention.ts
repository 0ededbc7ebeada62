import { tenureBand } from '#domain';

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
  let surviving: number | null = 1;
  for (let s = 0; s < upTo_s; s++) {
    const band = tenureBand(s);
    if (atRisk[band] === 0) surviving = null;
    if (surviving !== null) surviving *= 1 - leavesByTenure[band]! / atRisk[band]!;
    curve.push(surviving);
  }
  return curve;
};

/** The last element of the {@link retentionCurve} up to `tau_s` seconds. */
export const retentionAt = (
  leavesByTenure: readonly number[],
  atRisk: readonly number[],
  tau_s: number,
): number | null => retentionCurve(leavesByTenure, atRisk, tau_s)[tau_s] ?? null;
