import { setTimeout as sleep } from 'node:timers/promises';
import type { ShareAsked, ShareTold } from '#domain';
import type { Logger } from '#observe';
import type { KafkaLink } from './kafka-link.js';
import { writeNote } from './kafka-note.js';
import type { LaneId } from './lane.js';
import { requestsOf } from './produce-requests.js';

const RETRY_MS = 1_000;

/**
 * The way between a stream's owner and the lanes that hold its shares: records of `live.control`, in the lane of who is to
 * read them, where they take effect in their place in the log. Sent until they are durable; what one share tells in order,
 * and so what one stream asks, but none waits for another: the store may be away where one is to close.
 */
export class KafkaShares {
  /** By whose turn it is, the last that is not yet durable. */
  private readonly sending = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(
    private readonly link: Pick<KafkaLink, 'producer' | 'topics'>,
    private readonly log: Logger,
  ) {}

  /** Tells the owner of a stream what one share says: whoever has the lane that its key leads to. `stored` settles when the rows are safe that are told of. */
  tell(tellings: readonly ShareTold[], stored: () => Promise<void>): void {
    const [first] = tellings;
    if (first === undefined) return;
    const messages = tellings.map((told) => ({ key: told.stream_id, value: writeNote(told) }));
    this.inTurn(`told ${first.lane} ${first.stream_id}`, async () => {
      await stored();
      for (const some of requestsOf(messages)) await this.send(some);
    });
  }

  /** Asks lanes for their shares of one stream. */
  ask(asks: readonly { lane: LaneId; ask: ShareAsked }[]): void {
    const [first] = asks;
    if (first === undefined) return;
    const messages = asks.map(({ lane, ask }) => ({
      ...{ key: ask.stream_id, value: writeNote(ask), partition: Number(lane) },
    }));
    this.inTurn(`asked ${first.ask.stream_id}`, () => this.send(messages));
  }

  /** Settles when all that was told so far is durable; rejects from then on where some of it never will be. */
  async safe(): Promise<void> {
    await Promise.all(this.sending.values());
  }

  /** What could not be told is told again by whoever takes the lanes over. */
  stop(): void {
    this.stopped = true;
  }

  private inTurn(whose: string, say: () => Promise<void>): void {
    const before = this.sending.get(whose) ?? Promise.resolve();
    const mine = before.then(say).then(() => {
      if (this.sending.get(whose) === mine) this.sending.delete(whose);
    });
    this.sending.set(whose, mine);
    // Whoever waits for it hears of it.
    mine.catch(() => undefined);
  }

  private async send(messages: { key: string; value: Buffer; partition?: number }[]): Promise<void> {
    for (;;) {
      try {
        await this.link.producer.send({ topic: this.link.topics.control, acks: -1, messages });
        return;
      } catch (err) {
        if (this.stopped) throw err;
        this.log.error({ err }, 'the share of a stream could not be told; it waits');
        await sleep(RETRY_MS);
      }
    }
  }
}
