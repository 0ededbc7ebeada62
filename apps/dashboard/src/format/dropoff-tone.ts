/** Drop-off ratios within this distance of 1 are noise to the eye. */
const NORMAL_BELOW = 1.25;
const LOUD_FROM = 1.6;

export type DropoffTone = 'unknown' | 'calm' | 'raised' | 'loud';

/** How loudly observed against expected leaves is shown. It is a reading aid: only the detector decides an alert. */
export const dropoffTone = (ratio: number | null | undefined): DropoffTone => {
  if (ratio === null || ratio === undefined) return 'unknown';
  if (ratio < NORMAL_BELOW) return 'calm';
  return ratio < LOUD_FROM ? 'raised' : 'loud';
};
