/** What of a tile's place on the screen a step needs, px. */
type Place = Pick<DOMRect, 'left' | 'top'>;

/** The tile that an arrow leads to from the one at `at`: the next in reading order, or the nearest in the row above or below. Below 0: nowhere yet, so the first. */
export const neighbour = (places: readonly Place[], at: number, across: number, down: number): number => {
  const from = places[at];
  if (from === undefined) return 0;
  if (down === 0) return Math.min(places.length - 1, Math.max(0, at + across));
  const beyond = places.filter(({ top }) => (down > 0 ? top > from.top + 1 : top < from.top - 1)).map(({ top }) => top);
  if (beyond.length === 0) return at;
  const row = down > 0 ? Math.min(...beyond) : Math.max(...beyond);
  const inRow = places.flatMap(({ left, top }, i) =>
    Math.abs(top - row) <= 1 ? [{ i, away: Math.abs(left - from.left) }] : [],
  );
  return inRow.reduce((best, one) => (one.away < best.away ? one : best)).i;
};
