import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import type { Feed } from '#domain';

/** Topics of what is posted, imported or simulated, by feed. */
export const TOPIC_OF_FEED: Readonly<Record<Feed, string>> = {
  danmaku: 'live.danmaku',
  view: 'live.view',
  order: 'live.order',
  cue: 'live.cue',
};

/** Topics that monitors write for each other, under the prefix they share. */
export const liveTopics = (prefix: string) => ({
  control: `${prefix}control`,
  alerts: `${prefix}alerts`,
  settings: `${prefix}settings`,
  outbox: `${prefix}outbox`,
  snapshots: `${prefix}snapshots`,
  archive: `${prefix}archive`,
  panes: `${prefix}panes`,
  metrics: `${prefix}metrics`,
});

/** All topics have the same number of partitions, so that a stream has the same one in each. */
const PARTITIONS = 12;

/** The broker stamps records: one clock says when a record was appended, and producers' clocks say nothing. */
const STAMPED = { 'message.timestamp.type': 'LogAppendTime' };
/** Kept for good: what is gone could not be known again. */
export const KEPT = { ...STAMPED, 'retention.ms': '-1' };
/** What rooms show: whoever comes later reads the last minute, and the rest in the store. */
export const PASSING = { ...STAMPED, 'retention.ms': '3600000', 'segment.ms': '600000' };
/** Of each key the newest is kept; what is older may also be deleted by hand. */
export const COMPACTED = {
  'cleanup.policy': 'compact,delete',
  'retention.ms': '-1',
  'segment.bytes': String(32 << 20),
};

/**
 * Makes the topics that are missing, with as many partitions as those that are there, or as `like`; answers which it made.
 */
export const ensureTopics = async (
  admin: Admin,
  topics: readonly string[],
  settings: Readonly<Record<string, string>> = STAMPED,
  like: readonly string[] = topics,
): Promise<string[]> => {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length === 0) return [];
  // Asked for no topic, kafkajs answers for all there are.
  const model = like.find((topic) => existing.has(topic));
  const numPartitions = model === undefined ? PARTITIONS : (await partitionsOf(admin, [model]))[0]!;
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  // kafkajs's own wait gives up over a topic that the broker does not know yet.
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map((topic) => ({ topic, numPartitions, replicationFactor: -1, configEntries })),
  });
  await partitionsOf(admin, missing);
  return missing;
};

/** Those of the topics in which producers say when a record was written, as Kafka has it unless it is told. */
export const stampedByProducers = async (admin: Admin, topics: readonly string[]): Promise<string[]> => {
  const name = 'message.timestamp.type';
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((topic) => ({ type, name: topic, configNames: [name] })),
  });
  return resources
    .filter(({ configEntries }) => configEntries.some(({ configValue }) => configValue === 'CreateTime'))
    .map(({ resourceName }) => resourceName);
};

/** A topic that was just made is not known everywhere at once. */
const KNOWN_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 100;

/** How many partitions each topic has, once all of them have a leader. */
export const partitionsOf = async (admin: Admin, topics: readonly string[]): Promise<number[]> => {
  const until = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] });
      const led = described.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
      if (led || performance.now() > until) return described.map(({ partitions }) => partitions.length);
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await sleep(ASK_AGAIN_MS);
  }
};
