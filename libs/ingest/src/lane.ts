import type { Observable } from 'rxjs';
import type { InputId, InputReading, MonitorRecord, RecordBatch } from '#domain';
import type { LogLag } from './source.js';

/** Inputs whose streams are owned and kept together: `journal`, or the number of a partition in every topic. */
export type LaneId = string;

export const JOURNAL_LANE: LaneId = 'journal';

/** Whoever keeps the state of lanes: told when one becomes this process's, and when it is no longer. */
export interface LaneKeeper {
  /** Loads the state of a lane; answers where each of its inputs is read from, those not named from their beginning. */
  gain(lane: LaneId): Promise<ReadonlyMap<InputId, number>>;
  /** What was there when the lane was gained has been emitted. */
  caughtUp(lane: LaneId): void;
  /** Another process owns it from now on: its state here is worth nothing. */
  lose(lane: LaneId): void;
  /** Settles when the flow can take more. */
  ready(): Promise<void>;
  /** Settles when the state of every stream that the batch has records of is at hand. */
  wake(batch: LaneBatch): Promise<void>;
}

/**
 * Where records come from: those of the lanes that this process owns, behind one port. Batches of one input come in log
 * order, and those of one lane in the same order whenever they are read. A subscriber that throws stops the program: an
 * accepted record is never skipped.
 */
export interface LaneSource {
  readonly batches$: Observable<LaneBatch>;
  /** Begins to emit; answers when what was there at the start, of the lanes gained first, has been emitted. */
  start(keeper: LaneKeeper): Promise<void>;
  /** How far each input of the lanes has been read. */
  readings(): ReadonlyMap<InputId, InputReading>;
  /** Of one lane, or of all. */
  lag(now: number, lane?: LaneId): LogLag;
  /** Why it cannot read or be written just now, in one clause; it keeps trying. `null` while it can. */
  readonly trouble: string | null;
  /** Adds the monitor's own records to a lane; they take effect where they are read. */
  note(lane: LaneId, records: readonly MonitorRecord[]): Promise<void>;
  /** Everything before these positions is safe elsewhere and need not be read again. */
  release(upTo: ReadonlyMap<InputId, number>): Promise<void>;
  stop(): Promise<void>;
}

export interface LaneBatch extends RecordBatch {
  readonly lane: LaneId;
}
