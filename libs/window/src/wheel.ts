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
}

export const emptyWheel = (panes: number): Wheel => ({ heads: new Uint32Array(panes), pane: 0 });

/** Hangs a slot in for `pane`, or as far ahead as the wheel reaches, and at least for the next pane. */
export const enrol = (wheel: Wheel, table: ViewerTable, slot: number, pane: number): void => {
  const { heads } = wheel;
  const at = Math.min(Math.max(pane, wheel.pane + 1), wheel.pane + heads.length) % heads.length;
  chunkOf(table, slot).words[wordsAt(slot) + NEXT] = heads[at]!;
  heads[at] = slot + 1;
};

/**
 * Takes every slot whose turn has come up to and including `pane` and asks `look` when to look again:
 * a pane index after `pane`, or `null` when it is done with the slot.
 */
export const expelDue = (
  wheel: Wheel,
  table: ViewerTable,
  pane: number,
  look: (slot: number) => number | null,
): void => {
  const turns = Math.min(pane - wheel.pane, wheel.heads.length);
  const due: number[] = [];
  for (let at = pane - turns + 1; at <= pane; at++) {
    const bucket = at % wheel.heads.length;
    due.push(wheel.heads[bucket]!);
    wheel.heads[bucket] = 0;
  }
  wheel.pane = pane;
  for (const head of due) {
    for (let at = head; at > 0;) {
      const slot = at - 1;
      at = chunkOf(table, slot).words[wordsAt(slot) + NEXT]!;
      const again = look(slot);
      if (again !== null) enrol(wheel, table, slot, again);
    }
  }
};
