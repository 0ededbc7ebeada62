import type { Clock } from '#domain';
import type { Environment } from '#config';
import type { ProgressOutput } from './progress.js';

/** What a command has of the world. */
export interface Surroundings {
  readonly environment: Environment;
  readonly clock: Clock;
  /** Results, for people or with `--json` for machines. */
  readonly print: (line: string) => void;
  /** What went wrong and what to do about it. */
  readonly complain: (line: string) => void;
  readonly progress: ProgressOutput;
  /** Ctrl-C: finish what is under way and stop. */
  readonly stop: AbortSignal;
}
