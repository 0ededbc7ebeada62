import { createHash } from 'node:crypto';
import type { AlertRule } from '#domain';

/** First 16 hex digits of SHA-256 over rule, stream, what it is of (item, word or question, feed; "" without one) and `detected_at`: the same log gives the same ids. */
export const alertId = (rule: AlertRule, stream_id: string, of: string | null, detected_at: number): string =>
  createHash('sha256')
    .update(JSON.stringify([rule, stream_id, of ?? '', detected_at]))
    .digest('hex')
    .slice(0, 16);
