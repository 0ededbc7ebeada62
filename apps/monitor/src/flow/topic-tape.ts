import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaLink } from '#ingest';
import type { Logger } from '#observe';
import type { TakeEntry } from '#push';
import type { OpenTape } from '../channels/notifications.js';

const RETRY_MS = 1_000;
/** All of a tape is in one order, and stays so when the topics get more partitions. */
const PARTITION = 0;

/**
 * A tape in a topic, kept for good. Every process reads all of it, so any may answer for any stream. What is appended
 * counts, or not, as it is read back. An append that fails is tried again until it is durable: what it says waits for
 * Kafka, it is not lost.
 */
export const openTopicTape = (
  name: 'alerts' | 'settings' | 'outbox',
  { producer, tail, topics: { [name]: topic } }: KafkaLink,
  log: Logger,
): OpenTape => {
  let isPatient = true;
  const giveUp = (): void => void (isPatient = false);
  let take: TakeEntry = () => false;
  /** By place, whether what was read while an append of our own is under way counted. */
  const counted = new Map<string, boolean>();
  let appends = 0;
  const send = async (key: string, value: Buffer): Promise<[number, number]> => {
    for (;;) {
      try {
        const [written] = await producer.send({ topic, acks: -1, messages: [{ key, value, partition: PARTITION }] });
        return [written!.partition, Number(written!.baseOffset)];
      } catch (err) {
        if (!isPatient) throw err;
        log.error({ err, topic }, 'a line could not be written; it waits');
        await sleep(RETRY_MS);
      }
    }
  };
  return {
    async open(takeEntry) {
      take = takeEntry;
      await tail.follow(topic, ({ value, offset }, partition) => {
        const counts = value !== null && take(value);
        if (appends > 0) counted.set(`${partition}@${offset}`, counts);
      });
    },
    async append(key, bytes) {
      appends++;
      try {
        const [partition, offset] = await send(key, Buffer.from(bytes));
        await tail.readTo(topic, partition, offset + 1);
        return counted.get(`${partition}@${offset}`) ?? false;
      } finally {
        appends--;
        if (appends === 0) counted.clear();
      }
    },
    giveUp,
    close: () => Promise.resolve(giveUp()),
  };
};
