import type { AlertOutcome } from '#domain';

/** What people can say came of an alert, in the order of the buttons. */
export const OUTCOMES: readonly AlertOutcome[] = ['acted', 'false_alarm', 'ignored'];

/** The key that says it of the most urgent alert: *done*, *false*, crossed out. */
export const OUTCOME_KEYS: Readonly<Record<AlertOutcome, string>> = { acted: 'd', false_alarm: 'f', ignored: 'x' };
