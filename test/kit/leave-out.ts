/**
 * Says what this machine cannot test, and why. Where `CI` is `true` nothing may be left out: then it is an error.
 * On standard error itself: Jest keeps to itself what a skipped suite says on the console.
 */
export const leaveOut = (what: string, why: string): void => {
  if (process.env['CI'] === 'true') throw new Error(`${what} cannot be tested: ${why}`);
  process.stderr.write(`NOT TESTED: ${what}: ${why}\n`);
};
