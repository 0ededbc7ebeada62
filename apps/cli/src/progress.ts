import type { Clock } from '#domain';

/** Where a command's progress is written: standard error, or nowhere. */
export interface ProgressOutput {
  readonly isTTY: boolean;
  write(text: string): void;
}

const TTY_EVERY_MS = 200;
const LOG_EVERY_MS = 5_000;

/** One line that says how far long work is: rewritten in place on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #clock: Clock;
  #shownAt: number;

  constructor(output: ProgressOutput, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
    this.#shownAt = clock.now();
  }

  /** Shows the line if it is time to; `lineOf` is asked only then. */
  update(lineOf: () => string): void {
    const now = this.#clock.now();
    if (now - this.#shownAt < (this.#output.isTTY ? TTY_EVERY_MS : LOG_EVERY_MS)) return;
    this.#shownAt = now;
    this.#output.write(this.#output.isTTY ? `\r\x1b[2K${lineOf()}` : `${lineOf()}\n`);
  }

  /** Clears the line, so that what follows starts at its left. */
  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\x1b[2K');
  }
}
