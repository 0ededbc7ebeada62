export { DEFAULT_CALIBRATION, type Calibration } from './calibration.js';
export { DEFAULT_CONTEXT, type DetectContext } from './context.js';
export { dataStale, emptyDataStale, endDataStale, type DataStaleState } from './data-stale.js';
export { createDetector, type Detector, type DetectorState } from './detector.js';
export type { DropoffEvidence } from './dropoff-evidence.js';
export { emptyFeedSilent, endFeedSilent, feedSilent, type FeedSilentState } from './feed-silent.js';
export { DEFAULT_RULES, type DetectRules } from './rules.js';
