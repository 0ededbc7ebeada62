import type { DataState } from '#contract';

/** Whether anything was heard of viewers. Without that feed how many there are, come and leave is unknown, and not 0. */
export const isSeen = (data: Pick<DataState, 'coverage'> | null): boolean =>
  data === null || data.coverage.includes('view');
