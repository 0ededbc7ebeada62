import { paneStart, type Cue, type ItemPresented, type ItemWithdrawn, type OnAir, type Presentation } from '#domain';

export type ItemCue = ItemPresented | ItemWithdrawn;

/** Cues are applied by (`ts`, rank, `event_id` by code unit), however late they came; item cues share one rank. */
export const byCueOrder = (a: Cue, b: Cue): number =>
  a.ts - b.ts || (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0);

/** The presentations that cues cut, and the cues that had no effect. */
export interface Cut {
  presentations: Omit<Presentation, 'stream_id' | 'revision'>[];
  /** Cues that withdrew an item that was not on. */
  off: ItemWithdrawn[];
}

/**
 * Cuts the session into presentations: each owns the whole panes from that of its cue up to, not including, that of
 * the cue that ends it; of several in one pane the last rules, and one that owns no pane is none.
 * @param cues item cues before the end of the stream, in {@link byCueOrder}
 * @param end start of the pane after the stream's last, or `null` while it is live
 */
export const cutPresentations = (stream_id: string, cues: readonly ItemCue[], end: number | null): Cut => {
  const presentations: Cut['presentations'] = [];
  const off: ItemWithdrawn[] = [];
  let on: Cut['presentations'][number] | null = null;
  const take = (to: number | null): void => {
    if (on !== null && (to === null || to > on.from)) presentations.push({ ...on, to });
    on = null;
  };
  for (const cue of cues) {
    if (cue.type === 'item_withdrawn') {
      if (on?.item_id === cue.item_id) take(paneStart(cue.ts));
      else off.push(cue);
    } else if (on?.item_id === cue.item_id) {
      on = updated(on, cue);
    } else {
      take(paneStart(cue.ts));
      on = begun(stream_id, cue);
    }
  }
  take(end);
  return { presentations, off };
};

const begun = (stream_id: string, cue: ItemPresented): Cut['presentations'][number] => ({
  presentation_id: `${stream_id}:${cue.event_id}`,
  item_id: cue.item_id,
  title: cue.title ?? null,
  price_minor: cue.price_minor ?? null,
  stock: cue.stock ?? null,
  from: paneStart(cue.ts),
  to: null,
  withdrawn: false,
});

const updated = (on: Cut['presentations'][number], cue: ItemPresented): Cut['presentations'][number] => ({
  ...on,
  title: cue.title ?? on.title,
  price_minor: cue.price_minor ?? on.price_minor,
  stock: cue.stock ?? on.stock,
});

/** What is on in the pane that starts at `pane`; `presentations` in time order. */
export const onAirAt = (
  presentations: readonly Omit<Presentation, 'stream_id' | 'revision'>[],
  pane: number,
): OnAir | null => {
  for (let i = presentations.length - 1; i >= 0; i--) {
    const { item_id, presentation_id, title, from, to } = presentations[i]!;
    if (from <= pane) return to === null || to > pane ? { item_id, presentation_id, title, from } : null;
  }
  return null;
};
