import type { Clock } from '#domain';

/**
 * What was read last, for all who ask within `ageMsMax` of the end of its reading. Never two readings at once: whoever asks
 * while one is under way waits for that one, so a slow source is asked less often and an older answer never follows a newer.
 * A reading that fails fails for those who wait; the next who asks begins anew.
 */
export class SharedReading<T> {
  private answer: Promise<T> | null = null;
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly ageMsMax: number,
    private readonly clock: Clock,
  ) {}

  /** It has to be read anew; one that is under way has not. */
  get isOld(): boolean {
    return this.clock.now() - this.readAt > this.ageMsMax;
  }

  now(): Promise<T> {
    if (this.answer === null || this.isOld) this.answer = this.begin();
    return this.answer;
  }

  private async begin(): Promise<T> {
    this.readAt = Number.POSITIVE_INFINITY;
    try {
      const answer = await this.read();
      this.readAt = this.clock.now();
      return answer;
    } catch (error) {
      this.readAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }
}
