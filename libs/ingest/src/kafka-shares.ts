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
 * read them, where they take effect in their place in the log. Sent in order, until they are durable.
 */
export class KafkaShares {
  private sending: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly link: Pick<KafkaLink, 'producer' | 'topics'>,
    private readonly log: Logger,
  ) {}

  /** Tells the owner of a stream: whoever has the lane that its key leads to. `stored` settles when the rows are safe that are told of. */
  tell(tellings: readonly ShareTold[], stored: () => Promise<void>): void {
    const messages = tellings.map((told) => ({ key: told.stream_id, value: writeNote(told) }));
    this.inTurn(async () => {
      await stored();
      for (const some of requestsOf(messages)) await this.send(some);
    });
  }

  /** Asks a lane for its share. */
  ask(asks: readonly { lane: LaneId; ask: ShareAsked }[]): void {
    const messages = asks.map(({ lane, ask }) => ({
      ...{ key: ask.stream_id, value: writeNote(ask), partition: Number(lane) },
    }));
    if (messages.length > 0) this.inTurn(() => this.send(messages));
  }

  /** Settles when all that was told so far is durable. */
  safe(): Promise<void> {
    return this.sending;
  }

  /** What could not be told is told again by whoever takes the lanes over. */
  stop(): void {
    this.stopped = true;
  }

  private inTurn(say: () => Promise<void>): void {
    this.sending = this.sending.then(say);
    // Whoever waits for it hears of it.
    this.sending.catch(() => undefined);
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
