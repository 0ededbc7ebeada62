/** `run`, but what is asked for while the run before is under way is left out: the next beat asks again. */
export const oneAtATime = (run: () => Promise<void>): (() => Promise<void>) => {
  let isUnderWay = false;
  return async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await run();
    } finally {
      isUnderWay = false;
    }
  };
};
