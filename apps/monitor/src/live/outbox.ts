import { performance } from 'node:perf_hooks';

type Job = () => void;

/** How long the loop may be held before other work gets its turn, in ms. */
const HOLD_MS = 4;

/**
 * Sends in small pieces: urgent jobs first, each kind in the order it came. One message to a large room held the whole
 * process for 90 ms when it was sent in one piece.
 */
export class Outbox {
  private urgent: Job[] = [];
  private patient: Job[] = [];
  private isRunning = false;

  constructor(private readonly onError: (error: unknown) => void) {}

  get isEmpty(): boolean {
    return this.urgent.length + this.patient.length === 0;
  }

  putUrgent(jobs: readonly Job[]): void {
    this.urgent.push(...jobs);
    this.start();
  }

  /** What is still waiting from before is dropped: newer figures replace older ones. */
  replacePatient(jobs: readonly Job[]): void {
    this.patient = [...jobs];
    this.start();
  }

  private start(): void {
    if (this.isRunning || this.isEmpty) return;
    this.isRunning = true;
    setImmediate(() => this.run());
  }

  private run(): void {
    const until = performance.now() + HOLD_MS;
    do {
      const job = this.urgent.shift() ?? this.patient.shift();
      if (job === undefined) break;
      this.attempt(job);
    } while (performance.now() < until);
    this.isRunning = false;
    this.start();
  }

  /** A piece that cannot be sent must not hold up the others. */
  private attempt(job: Job): void {
    try {
      job();
    } catch (error) {
      this.onError(error);
    }
  }
}
