import type { LogLag } from '#ingest';
import type { EventIntake, LiveRooms, RoomMemory } from '../ports.js';

/** What a gateway is opened over: rooms to show, and where what is posted enters. */
export interface GatewaySide {
  rooms: LiveRooms;
  intake: EventIntake;
  /** Absent where rooms are remembered by other processes. */
  memory?: RoomMemory;
}

/** A monitor's process behind its door, whichever roles it has. */
export interface Running {
  /** `null`: this process is no gateway. */
  gateway: GatewaySide | null;
  /** What keeps it from its work now, in one clause; `null` while nothing does. */
  trouble(): string | null;
  lag(): LogLag;
  /** A stream's title, where this process owns it. */
  titleOf(stream_id: string): string | null;
  /** Is it this process that calls webhooks? Of all that share the partitions one does. */
  isCaller(): boolean;
  /** Finishes what it took, or until `patience` is over, and lets go of the log. */
  stop(patience: Promise<void>): Promise<void>;
}
