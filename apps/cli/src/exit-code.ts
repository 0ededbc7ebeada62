/** How a command ended, as every caller of `tally` may rely on. */
export const EXIT = { done: 0, failed: 1, badArguments: 2, inPart: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
