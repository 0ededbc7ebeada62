import { byTs } from './order.js';
import type { Read } from './reading.js';
import { endOfPanes, floorToPane } from './spans.js';

/** The whole panes `[from, to)` an item was on, ms; `to` is `null` while it is on. */
export interface Cut {
  presentation_id: string;
  item_id: string;
  title: string | null;
  price_minor: number | null;
  stock: number | null;
  from: number;
  to: number | null;
}

export interface Cuts {
  cuts: Cut[];
  cue_off: number;
}

/** Presentations of a stream that ends at `end` (ms, `null` while it runs) from its cues (not too late), in the order of their `ts` however late they came. */
export const cutsOf = (cues: readonly Read[], end: number | null): Cuts => {
  const started: Cut[] = [];
  let on = null as Cut | null;
  let cue_off = 0;

  for (const { event } of [...cues].sort(byTs)) {
    const pane = floorToPane(event.ts);
    if (event.type === 'item_withdrawn') {
      if (on?.item_id !== event.item_id) {
        cue_off++;
        continue;
      }
      on!.to = pane;
      on = null;
    }
    if (event.type === 'item_presented') {
      if (on?.item_id !== event.item_id) {
        if (on !== null) on.to = pane;
        on = {
          presentation_id: `${event.stream_id}:${event.event_id}`,
          item_id: event.item_id!,
          title: null,
          price_minor: null,
          stock: null,
          from: pane,
          to: null,
        };
        started.push(on);
      }
      on!.title = event.title ?? on!.title;
      on!.price_minor = event.price_minor ?? on!.price_minor;
      on!.stock = event.stock ?? on!.stock;
    }
  }
  if (on !== null && end !== null) on.to = endOfPanes(end);
  // Several cues in one pane: only the last owns it, the others own nothing.
  return { cuts: started.filter(({ from, to }) => from !== to), cue_off };
};
