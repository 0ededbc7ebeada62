import type { DeadLetter } from '#domain';
import type { Meters } from '#observe';
import type { StoreWriter } from '#store';

/** Keeps what could not be read, counted by reason. */
export const deadLetterKeeper =
  ({ meters, writer }: { meters: Pick<Meters, 'eventsRejected'>; writer: Pick<StoreWriter, 'writeDeadLetters'> }) =>
  (letters: DeadLetter[]): void => {
    for (const { reason } of letters) meters.eventsRejected.inc({ reason });
    writer.writeDeadLetters(letters);
  };
