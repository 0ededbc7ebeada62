import { emptySourceCounts, SOURCES, TENURE_BANDS, type Moment, type Pane } from '#domain';
import type { Session } from './dropoff-session.js';

/** The platform tells how many are online this often, in seconds. */
const COUNT_EVERY_S = 5;

/** The session as a feed tells it that reports who comes and, now and then, how many are there, but not who goes. */
export const asInferred = (session: Session): Session => {
  let online = 0;
  const moments = session.moments.map((moment, s): Moment => {
    const { pane } = moment;
    online = s % COUNT_EVERY_S === COUNT_EVERY_S - 1 ? pane.online : online + pane.enters;
    return { ...moment, pane: withoutLeaves(pane, online) };
  });
  return { ...session, moments };
};

const withoutLeaves = (pane: Pane, online: number): Pane => {
  const by_source = Object.fromEntries(
    SOURCES.flatMap((source) => {
      const counts = pane.by_source[source];
      return counts === undefined ? [] : [[source, { ...emptySourceCounts(), enters: counts.enters }]];
    }),
  );
  const nobody = new Array<number>(TENURE_BANDS).fill(0);
  return { ...pane, online, by_source, quality: 'inferred', leaves: 0, at_risk: nobody, leaves_by_tenure: nobody };
};
