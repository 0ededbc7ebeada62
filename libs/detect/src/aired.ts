import type { Moment, OnAir } from '#domain';

/** What was on lately, oldest first: each until the next; plain data. */
export type Aired = { from: number; on_air: OnAir | null }[];

/** Whatever an alert tells of began within this. */
const REMEMBERED_MS = 600_000;

/** Takes note of what is on at the moment. */
export const noteAired = (aired: Aired, { pane, on_air }: Moment): void => {
  const last = aired.at(-1);
  if (last === undefined || last.on_air?.presentation_id !== on_air?.presentation_id)
    aired.push({ from: pane.ts, on_air });
  while (aired.length > 1 && aired[1]!.from <= pane.ts - REMEMBERED_MS) aired.shift();
};

/** What was on at `ts`, ms; before all that is remembered: the first of it. */
export const airedAt = (aired: Aired, ts: number): OnAir | null =>
  (aired.findLast(({ from }) => from <= ts) ?? aired[0])?.on_air ?? null;
