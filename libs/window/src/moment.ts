import { PANE_MS, type CueMark, type LatePaid, type Moment, type OnAir, type Pane, type Said } from '#domain';
import { onAirAt, type ItemCue } from './presentations.js';
import type { StreamState } from './stream.js';

/** A final pane with what was on, said, left and planned at that moment; what is not known is absent. */
export const momentOf = (
  { presentations, item_cues, started }: StreamState,
  pane: Pane,
  cues: CueMark[],
  { said, late_paid }: { said: Said | undefined; late_paid: LatePaid[] | undefined },
): Moment => {
  const on_air = onAirAt(presentations, pane.ts);
  const stock = on_air === null ? undefined : stockOf(item_cues, on_air, pane.ts + PANE_MS);
  const planned = started?.planned_gmv_minor;
  const moment: Moment = { pane, on_air, cues };
  if (said !== undefined) moment.said = said;
  if (late_paid !== undefined) moment.late_paid = late_paid;
  if (stock !== undefined) moment.stock = stock;
  if (planned !== undefined) moment.plan = { gmv_minor: planned, from: started!.ts };
  return moment;
};

/** The last report, before `paneEnd`, of what is left of the item that is on; `cues` in order. */
const stockOf = (cues: readonly ItemCue[], { item_id, from }: OnAir, paneEnd: number): Moment['stock'] => {
  for (let i = cues.length - 1; i >= 0 && cues[i]!.ts >= from; i--) {
    const cue = cues[i]!;
    if (cue.ts >= paneEnd || cue.item_id !== item_id || cue.type !== 'item_presented') continue;
    if (cue.stock !== undefined) return { units: cue.stock, ts: cue.ts };
  }
  return undefined;
};
