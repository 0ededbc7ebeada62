/**
 * A viewer, as the only form that is kept or sent: HMAC-SHA-256 of the platform's id, cut to its first 64 bits,
 * as two signed 32-bit halves (big-endian: `hi` is bytes 0-3). Numbers, because tables of millions are keyed by it.
 */
export interface ViewerKey {
  readonly hi: number;
  readonly lo: number;
}

const hex32 = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');

/** The pseudonym as 16 lower-case hex digits: what REST, sockets and exports show. */
export const viewerHex = (viewer: ViewerKey): string => hex32(viewer.hi) + hex32(viewer.lo);

/** Reads back what {@link viewerHex} wrote. */
export const viewerFromHex = (hex: string): ViewerKey => ({
  hi: Number.parseInt(hex.slice(0, 8), 16) | 0,
  lo: Number.parseInt(hex.slice(8, 16), 16) | 0,
});
