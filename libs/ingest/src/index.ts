export { Archive } from './archive.js';
export { FrameLog, type Frame, type FrameLogSettings } from './frame-log.js';
export { JOURNAL_INPUT, Journal } from './journal.js';
export { KafkaUnavailable, openKafka } from './kafka-client.js';
export { KafkaSource, type DecodeRecord } from './kafka-source.js';
export { ensureTopics, TOPIC_OF_FEED } from './kafka-topics.js';
export { Snapshots, type Snapshot, type SnapshotPart } from './snapshots.js';
export type { Appended, LogLag, RecordSource } from './source.js';
