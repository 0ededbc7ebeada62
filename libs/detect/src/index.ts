export { DEFAULT_CALIBRATION, type Calibration, type ViewFeed } from './calibration.js';
export { contextWith, DEFAULT_CONTEXT, rulesWith, type DetectContext } from './context.js';
export { dataStale, emptyDataStale, endDataStale, isCalm, takeUpDataStale, type DataStaleState } from './data-stale.js';
export { changeRules, createDetector, rulesVersion, type Detector, type DetectorState } from './detector.js';
export type { DropoffEvidence } from './dropoff-evidence.js';
export {
  emptyFeedSilent,
  endFeedSilent,
  feedSilent,
  feedSilentFrom,
  takeUpFeedSilent,
  type FeedSilentState,
} from './feed-silent.js';
export { checkSettings, isSettable, parametersOf, SETTABLE_RULES, type SettableRule } from './rule-parameters.js';
export { emptySaidWindow, slideSaid, topicKey, usualShare } from './said-window.js';
export { DEFAULT_RULES, type DetectRules } from './rules.js';
export { emptySeries, scoreNext, type Series } from './series.js';
