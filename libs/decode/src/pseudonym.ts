import { createHmac } from 'node:crypto';
import type { ViewerKey } from '#domain';
import { createByteMemory } from './byte-memory.js';

/** Viewers of the rooms of one process who are remembered: about 14 MB. */
const VIEWERS_MAX = 131_072;

/** Answers the pseudonym of the viewer whose platform id is `bytes[start, end)`, UTF-8. */
export type Pseudonymise = (bytes: Buffer, start: number, end: number) => ViewerKey;

/**
 * The pseudonym is the first 64 bits of HMAC-SHA-256(`key`, id as UTF-8). Who was seen of late is remembered, since the
 * hash costs more than all the rest of decoding.
 */
export const createPseudonymiser = (key: string | Uint8Array, viewersMax: number = VIEWERS_MAX): Pseudonymise => {
  const memory = createByteMemory(viewersMax, (bytes, start, end): ViewerKey => {
    const digest = createHmac('sha256', key).update(bytes.subarray(start, end)).digest();
    return { hi: digest.readInt32BE(0), lo: digest.readInt32BE(4) };
  });
  return (bytes, start, end) => memory.of(bytes, start, end);
};
