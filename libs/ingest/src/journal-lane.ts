import { map } from 'rxjs';
import type { Journal } from './journal.js';
import { JOURNAL_LANE, type LaneSource } from './lane.js';

/** The journal as the one lane of a machine by itself, which nobody ever takes away. */
export const journalLane = (journal: Journal): LaneSource => ({
  batches$: journal.batches$.pipe(map((batch) => ({ ...batch, lane: JOURNAL_LANE }))),
  async start(keeper) {
    await journal.start(await keeper.gain(JOURNAL_LANE), () => keeper.ready());
    keeper.caughtUp(JOURNAL_LANE);
  },
  readings: () => journal.readings(),
  lag: (now) => journal.lag(now),
  get trouble() {
    return journal.trouble;
  },
  note: (_lane, records) => journal.note(records),
  release: (upTo) => journal.release(upTo),
  stop: () => journal.stop(),
});
