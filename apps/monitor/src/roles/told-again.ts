/** A room that nothing happens in is told again after this, so that a gateway that begins need read no further back. */
export const TOLD_AGAIN_MS = 60_000;
/** Or sooner, after this, so that rooms that fell silent together are not told again together. */
const TOLD_SOONER_MS = 10_000;

/** Rooms that are to be told again, by when each was told last: each after a minute, and so that some come due each second. */
export class ToldAgain {
  /** Wall clock, ms; longest ago first. */
  private readonly told = new Map<string, number>();

  /** The room is told now, ms. */
  note(stream_id: string, now: number): void {
    this.told.delete(stream_id);
    this.told.set(stream_id, now);
  }

  forget(stream_id: string): void {
    this.told.delete(stream_id);
  }

  /** Asked each second: the rooms to be told now. Each is out of it until it is noted again. */
  due(now: number): string[] {
    const due: string[] = [];
    const sooner = Math.ceil((this.told.size * 1000) / TOLD_AGAIN_MS);
    for (const [stream_id, told_at] of this.told) {
      if (now - told_at < (due.length < sooner ? TOLD_SOONER_MS : TOLD_AGAIN_MS)) break;
      due.push(stream_id);
    }
    for (const stream_id of due) this.told.delete(stream_id);
    return due;
  }
}
