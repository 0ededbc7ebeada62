/**
 * A rejected record as it may be kept: its text with the value of every `viewer_id` it can find blanked.
 * Works on broken JSON too, so it goes by the look of the text: the key, a colon, then a string, closed or not,
 * a bare word, or a flat object or array.
 * At most `bytesMax` bytes are looked at; bad UTF-8 shows as U+FFFD.
 */
export const blankViewerIds = (bytes: Uint8Array, bytesMax = 65_536): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, bytesMax))
    .toString('utf8')
    .replace(VIEWER_ID, '$1""');

/** Each letter of the key, plain or escaped. */
const KEY = [...'viewer_id'].map((char) => `(?:${char}|\\\\u00${char.charCodeAt(0).toString(16)})`).join('');
const STRING = '"(?:[^"\\\\]|\\\\[^])*(?:"|\\\\?$)';
const VIEWER_ID = new RegExp(`("${KEY}"\\s*:\\s*)(?:${STRING}|[[{][^\\]}]*[\\]}]?|[^\\s",}\\]]+)`, 'gi');
