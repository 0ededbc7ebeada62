import type { InputId, LogRecord } from '#domain';

/** What waits is given out in spans of this length: long enough that batches stay batches, short beside a pane. */
export const SPAN_MS = 50;

/** What is read of one input and not yet taken. */
interface Waiting {
  records: LogRecord[];
  /** Largest append time taken: an append time that steps back counts as this, for a log's own order stands. */
  takenTs: number;
  newestTs: number;
  /** Nothing unread was appended before this, ms. */
  readTo: number;
}

/**
 * Several inputs in the one order of their append times; at the same time by name, within an input as logged. A span
 * `[n·50, (n+1)·50)` is given out only when every input has been read past it, so the order does not depend on which
 * input happened to be read first: live and from a backlog the same. Nothing coarser would do: whoever produces a whole
 * session at once puts many seconds of it into one span, and the input named first would run ahead of the others.
 * Records that turn up after their span was given out come next, and are all that a second reading may place otherwise.
 */
export class AppendOrder {
  private readonly inputs = new Map<InputId, Waiting>();
  private takenUpToTs = -Infinity;

  /** `last`: the input whose records follow all others of their time. */
  constructor(private readonly last: InputId) {}

  /** Every span below this, ms, has been given out. */
  get takenUpTo(): number {
    return this.takenUpToTs;
  }

  /** From now on waits for this input; doing so again changes nothing. */
  own(input: InputId): void {
    if (this.inputs.has(input)) return;
    this.inputs.set(input, { records: [], takenTs: -Infinity, newestTs: -Infinity, readTo: -Infinity });
  }

  /** Forgets the input with what waits of it. */
  disown(input: InputId): void {
    this.inputs.delete(input);
  }

  /** Takes in what was read next of an input that is owned. */
  offer(input: InputId, records: readonly LogRecord[]): void {
    const waiting = this.inputs.get(input)!;
    for (const record of records) {
      waiting.records.push(record);
      if (record.append_ts > waiting.newestTs) waiting.newestTs = record.append_ts;
    }
    this.readTo(input, waiting.newestTs);
  }

  /** Nothing unread of the input was appended before `append_ts`, ms. */
  readTo(input: InputId, append_ts: number): void {
    const waiting = this.inputs.get(input);
    if (waiting !== undefined && append_ts > waiting.readTo) waiting.readTo = append_ts;
  }

  /** The records of the next span that is complete, in order; `null` while there is none. */
  takeSpan(): LogRecord[] | null {
    const end = Math.min(this.bound(), this.wantsReadTo);
    if (end > this.takenUpToTs) this.takenUpToTs = end;
    const records = merged(
      [...this.inputs].sort(([a], [b]) => this.rank(a, b)).map(([, waiting]) => waiting),
      end,
    );
    return records.length === 0 ? null : records;
  }

  /** Records read of the input and not yet given out. */
  waiting(input: InputId): number {
    return this.inputs.get(input)?.records.length ?? 0;
  }

  /** The first of them. */
  oldestWaiting(input: InputId): LogRecord | undefined {
    return this.inputs.get(input)?.records[0];
  }

  /** The first span in which anything waits is complete when every input has been read up to here, ms; +∞: nothing waits. */
  get wantsReadTo(): number {
    let first = Infinity;
    for (const waiting of this.inputs.values()) first = Math.min(first, appendedAt(waiting, 0));
    return spanStart(first) + SPAN_MS;
  }

  /** Has this input been read further than another one, so that reading more of it helps nobody? */
  isAhead(input: InputId): boolean {
    return spanStart(this.inputs.get(input)?.readTo ?? -Infinity) > this.bound();
  }

  private bound(): number {
    let least = Infinity;
    for (const { readTo } of this.inputs.values()) if (readTo < least) least = readTo;
    return least === Infinity ? -Infinity : spanStart(least);
  }

  private rank(a: InputId, b: InputId): number {
    return Number(a === this.last) - Number(b === this.last) || (a < b ? -1 : 1);
  }
}

/** Takes what counts as appended before `end` out of what waits: the earliest first, of equal ones the input that comes first. */
const merged = (inputs: readonly Waiting[], end: number): LogRecord[] => {
  const taken: LogRecord[] = [];
  const heads = inputs.map((waiting) => ({ waiting, at: 0 }));
  for (;;) {
    let earliest: (typeof heads)[number] | null = null;
    let ts = end;
    for (const head of heads) {
      const headTs = appendedAt(head.waiting, head.at);
      if (headTs < ts) [earliest, ts] = [head, headTs];
    }
    if (earliest === null) break;
    const { waiting } = earliest;
    waiting.takenTs = ts;
    while (appendedAt(waiting, earliest.at) === ts) taken.push(waiting.records[earliest.at++]!);
  }
  for (const { waiting, at } of heads) if (at > 0) waiting.records.splice(0, at);
  return taken;
};

/** An append time that steps back counts as the one before; +∞ where nothing waits. */
const appendedAt = ({ records, takenTs }: Waiting, at: number): number =>
  at < records.length ? Math.max(takenTs, records[at]!.append_ts) : Infinity;

const spanStart = (append_ts: number): number => Math.floor(append_ts / SPAN_MS) * SPAN_MS;
