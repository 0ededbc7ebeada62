import { PANE_MS, type AlertDecision, type Pane } from '#domain';
import { endLife, QUIET, type Life } from './life.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { ViewerCliffRule } from './rules.js';

/** What `viewer_cliff` knows of one room; plain data. */
export interface ViewerCliff {
  /** Of the last seconds, oldest first: viewers, and how many more or fewer there should be a second later. */
  seconds: { online: number; expected_change: number }[];
  /** Joins a second that are usual. */
  usual_enters: number;
  life: Life;
}

const USUAL_GAIN = 1 - 2 ** (-1 / 300);

export const emptyViewerCliff = (): ViewerCliff => ({ seconds: [], usual_enters: 0, life: QUIET });

/**
 * One pane: far fewer viewers than a short while ago, less what this audience loses anyway and plus who usually joins.
 * Where leaves are not counted the room is only held against itself.
 */
export const stepViewerCliff = (
  state: ViewerCliff,
  pane: Pane,
  quiet: boolean,
  at: RuleAt & { settings: ViewerCliffRule },
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  const { seconds } = state;
  while (seconds.length > settings.within_s) seconds.shift();
  const before = seconds[0];
  let expected = before?.online ?? 0;
  for (const { expected_change } of seconds) expected += expected_change;
  const missing = Math.max(0, Math.min(expected, before?.online ?? 0) - pane.online);
  const isFull = seconds.length >= settings.within_s;
  const least = Math.max(settings.min_viewers, settings.min_share * (before?.online ?? 0));
  const holds = settings.enabled && isFull && !quiet && missing >= least;
  const condition = holds ? 'holds' : missing < least / 2 ? 'below_half' : 'between';
  state.life = stepRuleLife(
    state.life,
    at,
    condition,
    () => {
      const values = {
        before: before!.online,
        online: pane.online,
        missing: Math.round(missing),
        seconds: settings.within_s,
      };
      return { started_at: pane.ts + PANE_MS - settings.within_s * 1000, values, evidence: { ...values, expected } };
    },
    decided,
  );
  state.usual_enters += (pane.enters - state.usual_enters) * USUAL_GAIN;
  const expected_change = pane.expected_leaves === null ? 0 : state.usual_enters - pane.expected_leaves;
  seconds.push({ online: pane.online, expected_change });
};

/** The stream's end resolves what fires. */
export const endViewerCliff = (state: ViewerCliff, ended_at: number, decided: AlertDecision[]): void => {
  state.life = endLife(state.life, ended_at, decided);
  state.seconds = [];
};
