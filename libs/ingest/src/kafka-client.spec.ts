import { expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { createLogger } from '#observe';
import { openKafka, RETRY } from './kafka-client.js';

interface Queue {
  pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

it('a connection that has nothing to send sets no timer, and one that has does', () => {
  // kafkajs's issues 1556 and 1751: each connection woke the process a thousand times a second for good.
  const config = {
    brokers: ['127.0.0.1:1'],
    topics: [],
    groupId: 'g',
    shardedStreams: [],
    livePrefix: 'live.',
    ssl: false,
    sasl: null,
  };
  openKafka(config, createLogger('silent'), RETRY);
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (of: object) => Queue;
  const logger = { debug: () => undefined, warn: () => undefined, error: () => undefined };
  const queue = new RequestQueue({
    ...{ maxInFlightRequests: 1, requestTimeout: 1000, enforceRequestTimeout: false },
    ...{ clientId: 'c', broker: 'b', logger },
  });
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  queue.pending.push({});
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  clearTimeout(queue.throttleCheckTimeoutId!);
  queue.destroy();
});
