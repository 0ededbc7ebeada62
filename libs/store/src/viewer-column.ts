import type { ViewerKey } from '#domain';

/** A viewer as the decimal digits of its UInt64 column. */
export const viewerToUInt64 = (viewer: ViewerKey): string =>
  ((BigInt(viewer.hi >>> 0) << 32n) | BigInt(viewer.lo >>> 0)).toString();
