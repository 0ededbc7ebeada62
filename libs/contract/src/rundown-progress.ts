import type { RundownLine } from './script.js';

/** What the progress needs of a presentation; `to` of `null`: still on. Event time, ms. */
interface Presented {
  readonly item_id: string;
  readonly from: number;
  readonly to: number | null;
}

export type LineState = 'done' | 'on' | 'next' | 'later' | 'skipped';

/** A planned line beside what became of it. */
export interface LineProgress {
  readonly line: RundownLine;
  readonly state: LineState;
  /** Planned begin, seconds after the session's. */
  readonly planned_from_s: number;
  readonly actual_from: number | null;
  readonly actual_s: number | null;
  /** Actual less planned length: of a line that is on, below zero is what is left. */
  readonly over_s: number | null;
}

export interface RundownProgress {
  readonly lines: readonly LineProgress[];
  /** How much later than planned the line that is on began; `null` where none is on. */
  readonly behind_s: number | null;
}

/** The planned begin of each line: its own, else the end of the one before. */
const plannedBegins = (lines: readonly RundownLine[]): number[] => {
  let end = 0;
  return lines.map(({ planned_from_s, planned_seconds }) => {
    const from = planned_from_s ?? end;
    end = from + planned_seconds;
    return from;
  });
};

/** Holds a plan against what was presented: the nth line of an item is the nth time that it came on. */
export const rundownProgress = (
  lines: readonly RundownLine[],
  presented: readonly Presented[],
  started_at: number,
  as_of: number,
): RundownProgress => {
  const waiting = new Map<string, Presented[]>();
  for (const one of presented) waiting.set(one.item_id, [...(waiting.get(one.item_id) ?? []), one]);
  const actual = lines.map(({ item_id }) => waiting.get(item_id)?.shift() ?? null);
  const lastBegun = actual.findLastIndex((one) => one !== null);
  const begins = plannedBegins(lines);

  const stateOf = (i: number): LineState => {
    const one = actual[i] ?? null;
    if (one !== null) return one.to === null ? 'on' : 'done';
    if (i < lastBegun) return 'skipped';
    return i === lastBegun + 1 ? 'next' : 'later';
  };
  const progress = lines.map((line, i): LineProgress => {
    const one = actual[i] ?? null;
    const actual_s = one === null ? null : Math.max(0, ((one.to ?? as_of) - one.from) / 1000);
    return {
      line,
      state: stateOf(i),
      planned_from_s: begins[i]!,
      actual_from: one?.from ?? null,
      actual_s,
      over_s: actual_s === null ? null : actual_s - line.planned_seconds,
    };
  });
  const on = progress.find(({ state }) => state === 'on');
  return {
    lines: progress,
    behind_s:
      on === undefined || on.actual_from === null ? null : (on.actual_from - started_at) / 1000 - on.planned_from_s,
  };
};
