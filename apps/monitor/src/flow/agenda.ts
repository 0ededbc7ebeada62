import type { StreamState } from '#window';

/**
 * Which streams of a lane are to be looked at in the next turn: those that something happened to since the last, and those
 * whose own moment has come. A look too many decides nothing; one too few would come late.
 */
export class Agenda {
  private next = new Set<string>();
  /** By whole second. */
  private readonly later = new Map<number, Set<string>>();
  private readonly secondOf = new Map<string, number>();

  constructor(private readonly streams: ReadonlyMap<string, StreamState>) {}

  /** These streams are looked at in the next turn. */
  touch(streams: Iterable<{ stream_id: string }>): void {
    for (const { stream_id } of streams) this.next.add(stream_id);
  }

  touchAll(): void {
    this.touch(this.streams.values());
  }

  /** The stream is looked at from `at` on, ms; −∞: in the next turn, ∞: not again by itself. */
  put(stream_id: string, at: number): void {
    if (at === Infinity) return;
    const second = Math.floor(at / 1000);
    const known = this.secondOf.get(stream_id);
    if (known !== undefined && known <= second) return;
    if (known !== undefined) this.later.get(known)!.delete(stream_id);
    this.secondOf.set(stream_id, second);
    const together = this.later.get(second);
    if (together === undefined) this.later.set(second, new Set([stream_id]));
    else together.add(stream_id);
  }

  /** The streams to be looked at now, ms: each is off the agenda until it is touched or put again. */
  turn(now: number): ReadonlySet<string> {
    const turn = this.next;
    this.next = new Set();
    for (const [second, streams] of this.later) {
      if (second * 1000 > now) continue;
      this.later.delete(second);
      for (const stream_id of streams) {
        turn.add(stream_id);
        this.secondOf.delete(stream_id);
      }
    }
    return turn;
  }

  /** Those of these streams that are in memory: asking for one that rests would bring it back. */
  *present(stream_ids: Iterable<string>): Generator<StreamState> {
    for (const stream_id of stream_ids) if (this.streams.has(stream_id)) yield this.streams.get(stream_id)!;
  }
}
