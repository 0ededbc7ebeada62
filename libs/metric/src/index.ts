export { addGap, addPane, emptyTotals, mergeTotals, toExpectedGrid } from './merge.js';
export { retentionAt, retentionCurve } from './retention.js';
export { mergeShards } from './shards.js';
