import type { WireEvent } from '#simulate';

/** One second of one stream as one would first write it: counts, and a `Set` for whatever is distinct. */
export interface NaivePane {
  counts: Record<string, number>;
  likes: number;
  gmv_paid_minor: number;
  by_item: Map<string, { exposes: number; clicks: number; orders_paid: number; gmv_paid_minor: number }>;
  enters_by_source: Map<string, number>;
  viewers: Set<string>;
  entrants: Set<string>;
  gone: Set<string>;
  interactors: Set<string>;
  clickers: Set<string>;
  buyers: Set<string>;
}

export const emptyNaivePane = (): NaivePane => ({
  counts: {},
  likes: 0,
  gmv_paid_minor: 0,
  by_item: new Map(),
  enters_by_source: new Map(),
  viewers: new Set(),
  entrants: new Set(),
  gone: new Set(),
  interactors: new Set(),
  clickers: new Set(),
  buyers: new Set(),
});

/** Adds one event to the pane, in place. */
export const addToNaivePane = (pane: NaivePane, event: WireEvent): NaivePane => {
  pane.counts[event.type] = (pane.counts[event.type] ?? 0) + 1;
  if ('viewer_id' in event) pane.viewers.add(event.viewer_id);
  switch (event.type) {
    case 'enter':
      pane.entrants.add(event.viewer_id);
      pane.enters_by_source.set(event.source, (pane.enters_by_source.get(event.source) ?? 0) + 1);
      break;
    case 'leave':
      pane.gone.add(event.viewer_id);
      break;
    case 'like':
      pane.likes += event.count;
      pane.interactors.add(event.viewer_id);
      break;
    case 'danmaku':
    case 'follow':
    case 'share':
      pane.interactors.add(event.viewer_id);
      break;
    case 'item_expose':
      itemOf(pane, event.item_id).exposes++;
      break;
    case 'item_click':
      itemOf(pane, event.item_id).clicks++;
      pane.clickers.add(event.viewer_id);
      break;
    case 'order_paid': {
      const item = itemOf(pane, event.item_id);
      item.orders_paid++;
      item.gmv_paid_minor += event.amount_minor;
      pane.gmv_paid_minor += event.amount_minor;
      pane.buyers.add(event.viewer_id);
      break;
    }
  }
  return pane;
};

const itemOf = (pane: NaivePane, item_id: string) => {
  let item = pane.by_item.get(item_id);
  if (item === undefined)
    pane.by_item.set(item_id, (item = { exposes: 0, clicks: 0, orders_paid: 0, gmv_paid_minor: 0 }));
  return item;
};
