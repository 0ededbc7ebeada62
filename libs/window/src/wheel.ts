import { NEXT, chunkOf, wordsAt, type ViewerTable } from './viewer-table.js';

/**
 * A timing wheel over viewer records: bucket `p mod length` holds, as a linked list through the `NEXT` words, the
 * slots to be looked at again in pane p. A sign of life moves nobody: a slot is looked at when its old turn comes and
 * goes to its new one, so that keeping watch over a viewer costs one look per turn of the wheel.
 */
export interface Wheel {
  /** Slot + 1 of the first of each bucket, 0 where it is empty. */
  heads: Uint32Array;
  /** Last pane whose bucket was emptied. */
  pane: number;
  /** Slot + 1 of the first of those that were looked at ahead of the next pane's end and must be looked at again there, 0 where there is none. */
  kept: number;
}

export const emptyWheel = (panes: number): Wheel => ({ heads: new Uint32Array(panes), pane: 0, kept: 0 });

/** Takes all slots off. */
export const clearWheel = (wheel: Wheel): void => {
  wheel.heads.fill(0);
  wheel.kept = 0;
};

/** Hangs a slot in for `pane`, or as far ahead as the wheel reaches, and at least for the next pane. */
export const enrol = (wheel: Wheel, table: ViewerTable, slot: number, pane: number): void => {
  const { heads } = wheel;
  const at = Math.min(Math.max(pane, wheel.pane + 1), wheel.pane + heads.length) % heads.length;
  chunkOf(table, slot).words[wordsAt(slot) + NEXT] = heads[at]!;
  heads[at] = slot + 1;
};

/** When to look at a slot again: a pane index, or `null` when it is done with. */
type Look = (slot: number) => number | null;

/** Takes every slot whose turn has come up to and including `pane`; `look` answers a later pane. */
export const expelDue = (wheel: Wheel, table: ViewerTable, pane: number, look: Look): void => {
  const { heads } = wheel;
  const turns = Math.min(pane - wheel.pane, heads.length);
  const due = [wheel.kept];
  for (let at = pane - turns + 1; at <= pane; at++) {
    const bucket = at % heads.length;
    due.push(heads[bucket]!);
    heads[bucket] = 0;
  }
  wheel.pane = pane;
  wheel.kept = 0;
  for (const head of due) {
    for (let at = head; at > 0;) {
      const slot = at - 1;
      at = chunkOf(table, slot).words[wordsAt(slot) + NEXT]!;
      const again = look(slot);
      if (again !== null) enrol(wheel, table, slot, again);
    }
  }
};

/**
 * Takes up to `most` slots whose turn is `pane` before it comes, so that they are not all looked at when it does. What
 * `look` answers `pane` itself for is kept for its turn.
 */
export const expelAhead = (wheel: Wheel, table: ViewerTable, pane: number, most: number, look: Look): void => {
  if (wheel.pane !== pane - 1) return;
  const { heads } = wheel;
  const bucket = pane % heads.length;
  for (let looked = 0; looked < most && heads[bucket]! > 0; looked++) {
    const slot = heads[bucket]! - 1;
    const next = wordsAt(slot) + NEXT;
    const { words } = chunkOf(table, slot);
    heads[bucket] = words[next]!;
    const again = look(slot);
    if (again === null) continue;
    if (again > pane) enrol(wheel, table, slot, again);
    else {
      words[next] = wheel.kept;
      wheel.kept = slot + 1;
    }
  }
};
