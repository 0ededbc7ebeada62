import type { Presentation } from '#domain';

/** Hues, in degrees, that stay apart from the red of an alert and from each other. */
const HUES = [205, 160, 275, 45, 185, 320, 95, 235];

/** A hue for each item of a session, by the order in which they first came on: the same item keeps its colour. */
export const itemHues = (presentations: readonly Pick<Presentation, 'item_id'>[]): ReadonlyMap<string, number> => {
  const hues = new Map<string, number>();
  for (const { item_id } of presentations)
    if (!hues.has(item_id)) hues.set(item_id, HUES[hues.size % HUES.length] ?? 0);
  return hues;
};

/** How often each presentation's item has been on by then: 1st, 2nd … by `presentation_id`. */
export const ordinals = (presentations: readonly Presentation[]): ReadonlyMap<string, number> => {
  const seen = new Map<string, number>();
  const result = new Map<string, number>();
  for (const { item_id, presentation_id } of presentations) {
    const nth = (seen.get(item_id) ?? 0) + 1;
    seen.set(item_id, nth);
    result.set(presentation_id, nth);
  }
  return result;
};
