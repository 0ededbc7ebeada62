import { createHash } from 'node:crypto';
import type { AlertRule } from '#domain';

/** First 16 hex digits of SHA-256 over rule, stream, item ("" without one) and `detected_at`: the same log gives the same ids. */
export const alertId = (rule: AlertRule, stream_id: string, item_id: string | null, detected_at: number): string =>
  createHash('sha256')
    .update(JSON.stringify([rule, stream_id, item_id ?? '', detected_at]))
    .digest('hex')
    .slice(0, 16);
