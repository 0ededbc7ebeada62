import { setTimeout as sleep } from 'node:timers/promises';
import { requestsOf, type KafkaLink } from '#ingest';
import type { Logger } from '#observe';
import type { TakeEntry } from '#push';
import type { OpenTape } from '../channels/notifications.js';

const RETRY_MS = 1_000;
/** All of a tape is in one order, and stays so when the topics get more partitions. */
const PARTITION = 0;

/** A line on its way to the topic. */
interface Line {
  readonly key: string;
  readonly value: Buffer;
  readonly partition: number;
  /** Told its offset once it is durable. */
  written: (offset: number) => void;
  failed: (error: unknown) => void;
}

/**
 * A tape in a topic, kept for good. Every process reads all of it, so any may answer for any stream. What is appended
 * counts, or not, as it is read back. An append that fails is tried again until it is durable: what it says waits for
 * Kafka, it is not lost. What gathers while lines are on their way goes next, all at once: many rooms may have something
 * to tell at one moment.
 */
export const openTopicTape = (
  name: 'alerts' | 'settings' | 'outbox',
  { producer, tail, topics: { [name]: topic } }: KafkaLink,
  log: Logger,
): OpenTape => {
  let isPatient = true;
  const giveUp = (): void => void (isPatient = false);
  let take: TakeEntry = () => false;
  /** By offset, whether what was read while an append of our own is under way counted. */
  const counted = new Map<number, boolean>();
  let appends = 0;
  const gathered: Line[] = [];
  let isSending = false;

  const send = async (messages: Line[]): Promise<number> => {
    for (;;) {
      try {
        const [written] = await producer.send({ topic, acks: -1, messages });
        return Number(written!.baseOffset);
      } catch (err) {
        if (!isPatient) throw err;
        log.error({ err, topic }, 'lines could not be written; they wait');
        await sleep(RETRY_MS);
      }
    }
  };
  const sendRun = async (run: Line[]): Promise<void> => {
    try {
      const first = await send(run);
      run.forEach((line, n) => line.written(first + n));
    } catch (err) {
      for (const line of run) line.failed(err);
    }
  };
  const sendGathered = async (): Promise<void> => {
    isSending = true;
    while (gathered.length > 0) for (const run of requestsOf(gathered.splice(0))) await sendRun(run);
    isSending = false;
  };
  const write = (key: string, value: Buffer): Promise<number> =>
    new Promise((written, failed) => {
      gathered.push({ key, value, partition: PARTITION, written, failed });
      if (!isSending) void sendGathered();
    });

  return {
    async open(takeEntry) {
      take = takeEntry;
      await tail.follow(topic, ({ value, offset }, partition) => {
        const counts = value !== null && take(value, Number(offset));
        if (appends > 0 && partition === PARTITION) counted.set(Number(offset), counts);
      });
    },
    async append(key, bytes) {
      appends++;
      try {
        const offset = await write(key, Buffer.from(bytes));
        await tail.readTo(topic, PARTITION, offset + 1);
        return counted.get(offset) ?? false;
      } finally {
        appends--;
        if (appends === 0) counted.clear();
      }
    },
    giveUp,
    close: () => Promise.resolve(giveUp()),
  };
};
