import type { Admin } from 'kafkajs';
import type { Feed } from '#domain';

/** Topics of what is posted, imported or simulated, by feed. */
export const TOPIC_OF_FEED: Readonly<Record<Feed, string>> = {
  danmaku: 'live.danmaku',
  view: 'live.view',
  order: 'live.order',
  cue: 'live.cue',
};

/** All topics have the same number of partitions, so that a stream has the same one in each. */
const PARTITIONS = 12;

/**
 * Makes the topics that are missing, with as many partitions as those that are there; answers which it made. The broker
 * stamps their records: one clock says when a record was appended, and producers' clocks say nothing.
 */
export const ensureTopics = async (admin: Admin, topics: readonly string[]): Promise<string[]> => {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length === 0) return [];
  const there = await admin.fetchTopicMetadata({ topics: topics.filter((topic) => existing.has(topic)) });
  const numPartitions = there.topics[0] === undefined ? PARTITIONS : there.topics[0].partitions.length;
  const stamped = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({
    topics: missing.map((topic) => ({ topic, numPartitions, replicationFactor: -1, configEntries: stamped })),
  });
  return missing;
};
