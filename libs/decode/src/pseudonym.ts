import { createHmac } from 'node:crypto';
import type { ViewerKey } from '#domain';

/** Entries of one generation of the cache; two are kept. About 25 MB for both at their fullest. */
const GENERATION_ENTRIES = 65_536;

/**
 * Answers the pseudonym of a platform's viewer id: the first 64 bits of HMAC-SHA-256(`key`, id as UTF-8).
 * Who was seen of late is remembered, since the hash costs more than all the rest of decoding. The memory is bounded by
 * two generations: a full young one becomes the old, and whoever is not asked for again goes with the next.
 */
export const createPseudonymiser = (
  key: string | Uint8Array,
  generationEntries: number = GENERATION_ENTRIES,
): ((viewer_id: string) => ViewerKey) => {
  let young = new Map<string, ViewerKey>();
  let old = new Map<string, ViewerKey>();

  return (viewer_id) => {
    const known = young.get(viewer_id);
    if (known !== undefined) return known;
    const viewer = old.get(viewer_id) ?? hashViewer(key, viewer_id);
    if (young.size >= generationEntries) {
      old = young;
      young = new Map();
    }
    young.set(viewer_id, viewer);
    return viewer;
  };
};

const hashViewer = (key: string | Uint8Array, viewer_id: string): ViewerKey => {
  const digest = createHmac('sha256', key).update(viewer_id, 'utf8').digest();
  return { hi: digest.readInt32BE(0), lo: digest.readInt32BE(4) };
};
