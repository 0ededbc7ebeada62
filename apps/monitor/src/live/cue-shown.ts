import type { CueShown } from '#contract';
import { FEED_OF_TYPE } from '#domain';
import type { Cue, LiveEvent } from '#domain';

export const isCue = (event: LiveEvent): event is Cue => FEED_OF_TYPE[event.type] === 'cue';

/** A cue event as it is shown; what its type does not have is `null`. */
export const cueShown = (cue: Cue): CueShown => ({
  event_id: cue.event_id,
  ts: cue.ts,
  type: cue.type,
  item_id: 'item_id' in cue ? cue.item_id : null,
  title: ('title' in cue ? cue.title : null) ?? null,
  label: 'label' in cue ? cue.label : null,
  variant: ('variant' in cue ? cue.variant : null) ?? null,
  price_minor: ('price_minor' in cue ? cue.price_minor : null) ?? null,
  stock: ('stock' in cue ? cue.stock : null) ?? null,
});
