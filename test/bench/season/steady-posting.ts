import { setTimeout as sleep } from 'node:timers/promises';
import { bodiesOf, eventsOfRooms } from '../rooms.js';
import { post } from '../monitor-under-load.js';

/** Posts events at a steady pace while other work goes on. A pace that cannot be kept shows as a lower rate. */
export class SteadyPosting {
  private rounds = 0;

  constructor(
    private readonly url: string,
    private readonly eventsPerS: number,
  ) {}

  /** Answers how many events a second were taken until the work was done. */
  async during(work: () => Promise<unknown>): Promise<number> {
    let isDone = false;
    const working = work().finally(() => (isDone = true));
    // Its failure is thrown below, once the posting has stopped.
    working.catch(() => undefined);
    const began = performance.now();
    let taken = 0;
    const over = (): boolean => isDone;
    while (!over()) {
      for (const body of this.nextSession()) {
        if (over()) break;
        await post(this.url, body);
        taken += linesOf(body);
        await sleep(Math.max(0, began + (taken / this.eventsPerS) * 1000 - performance.now()));
      }
    }
    await working;
    return (taken / (performance.now() - began)) * 1000;
  }

  /** Rooms under names of their own each time, so that nothing is a duplicate. */
  private nextSession(): Buffer[] {
    const round = this.rounds++;
    return bodiesOf(eventsOfRooms(10 * this.eventsPerS)).map((body) =>
      Buffer.from(body.toString('utf8').replaceAll('"douyin:', `"steady-${round}:`)),
    );
  }
}

const linesOf = (body: Buffer): number => body.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 0);
