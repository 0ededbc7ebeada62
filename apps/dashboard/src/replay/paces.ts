import { REPLAY_SPEED_MAX, REPLAY_SPEED_MIN } from '#contract';

/** The paces that can be chosen. */
export const PACES: readonly number[] = [REPLAY_SPEED_MIN, 0.5, 1, 2, 4, 8, 16, 30, REPLAY_SPEED_MAX];

/** The next pace up (`by` of 1) or down (-1) from one that need not be among them. */
export const nextPace = (speed: number, by: 1 | -1): number =>
  (by > 0 ? PACES.find((pace) => pace > speed) : PACES.findLast((pace) => pace < speed)) ?? speed;

export const writePace = (speed: number): string => `${speed}×`;
