import { createRequire } from 'node:module';
import { Kafka, logLevel, type KafkaConfig as ClientConfig } from 'kafkajs';
import type { KafkaConfig } from '#config';
import type { Logger } from '#observe';
import { readAllCodecs } from './kafka-codecs.js';

/** Kafka cannot be used as configured; the message says what is wrong and what to change. */
export class KafkaUnavailable extends Error {}

/** How an unanswered request is repeated before it counts as failed: for some six seconds. */
export const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 };

/** For the first contact: whoever starts a program waits for its word. */
export const RETRY_BRIEFLY = { ...RETRY, retries: 2 };

/** The kafkajs client, with the faults out that would be felt; `retry` is for finding a broker that answers. */
export const openKafka = ({ brokers, ssl, sasl, groupId }: KafkaConfig, log: Logger, retry: typeof RETRY): Kafka => {
  silenceIdleQueues();
  readAllCodecs();
  return new Kafka({
    clientId: groupId,
    brokers: [...brokers],
    ssl,
    connectionTimeout: 2_000,
    authenticationTimeout: 5_000,
    retry,
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ namespace, log: { message } }) =>
        log.debug({ namespace }, `kafkajs: ${message}`),
    ...(sasl === null ? {} : { sasl: sasl as NonNullable<ClientConfig['sasl']> }),
  });
};

/** The first cause says what happened; what kafkajs wraps around it says how often it tried. */
export const reasonOf = (error: unknown): string => {
  let first = error;
  while (first instanceof Error && first.cause instanceof Error) first = first.cause;
  return first instanceof Error ? first.message : String(first);
};

interface RequestQueue {
  pending: unknown[];
  scheduleCheckPendingRequests(): void;
}
let silenced = false;

/**
 * kafkajs 2.2.4 looks at each connection's queue a thousand times a second once it has answered anything (its issues
 * 1556 and 1751; mended in its pull request 1768, never released): only a queue that holds something need be looked at.
 */
const silenceIdleQueues = (): void => {
  if (silenced) return;
  silenced = true;
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const schedule = queue.prototype.scheduleCheckPendingRequests;
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
};
