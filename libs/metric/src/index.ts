export { beforeAfter } from './before-after.js';
export type { Change } from './before-after.js';
export {
  DEFINITIONS,
  METRICS,
  paneMetrics,
  presentationMetrics,
  sessionMetrics,
  WINDOW_METRIC_NAMES,
  windowMetrics,
} from './catalog.js';
export type { MetricResults } from './catalog.js';
export { creditPresentations, lift } from './credit.js';
export type { Credit, LiftFigures, PaidLine } from './credit.js';
export { itemLifts, marginalMinutes } from './worth.js';
export type { ItemLift, MarginalMinute, ShownSpan } from './worth.js';
export { advanceTo, emptyLiveWindows, liveTotals, putPane } from './live-windows.js';
export type { LiveWindows } from './live-windows.js';
export { addGap, addPane, emptyTotals, mergeTotals, toExpectedGrid } from './merge.js';
export type { Metric, PresentationFacts, PresentationMetric } from './metric.js';
export { ratio } from './ratio.js';
export { retentionAt, retentionCurve } from './retention.js';
export * from './quartiles.js';
