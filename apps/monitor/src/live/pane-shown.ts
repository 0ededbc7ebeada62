import type { PaneShown } from '#contract';
import { ACTIVITY_COUNTS } from '#domain';
import type { ActivityCount, Pane } from '#domain';

/** A pane as sockets show it: what is unknown is `null`. Items and sources are left to REST: they would be most of the bytes. */
export const paneShown = (pane: Pane): PaneShown => ({
  ts: pane.ts,
  online: pane.online,
  viewer_seconds: pane.viewer_ms / 1000,
  ...(pane.quality === 'reported' ? UNKNOWN : going(pane)),
  ...activity(pane),
  other_money: pane.other_money,
  expected_leaves: pane.expected_leaves,
  ...(pane.quality === 'final' ? {} : { quality: pane.quality }),
});

const going = ({ enters, leaves, timeouts, censored, at_risk, leaves_by_tenure }: Pane) => ({
  ...{ enters, leaves, timeouts, censored, at_risk, leaves_by_tenure },
});
const UNKNOWN = {
  ...{ enters: null, leaves: null, timeouts: null, censored: null, at_risk: null, leaves_by_tenure: null },
};

const activity = (pane: Pane): Record<ActivityCount, number> =>
  Object.fromEntries(ACTIVITY_COUNTS.map((name) => [name, pane[name]])) as Record<ActivityCount, number>;
