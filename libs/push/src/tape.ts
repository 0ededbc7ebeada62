/** Takes one entry as it stands on the tape, at a place that is larger than that of the one before; answers whether it counts. */
export type TakeEntry = (bytes: Uint8Array, place: number) => boolean;

/** Where a log is kept. Several processes may append to one: the order in which it holds their entries is everybody's. */
export interface Tape {
  /**
   * Gives every entry that stands at this place or behind it, in order; and from then on each that is appended, by
   * whomever, once it is durable.
   */
  open(take: TakeEntry, from?: number): Promise<void>;
  /** Answers, once the entry is durable and has been taken, whether it counts. Entries of one key keep their order. */
  append(key: string, bytes: Uint8Array): Promise<boolean>;
}
