import { createHmac } from 'node:crypto';

/** Of our own webhooks: hex HMAC-SHA256 of `timestamp.body`, keyed with the channel's secret. */
export const signBody = (secret: string, timestamp_ms: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp_ms}.${body}`).digest('hex');

/** Of DingTalk's robots: base64 HMAC-SHA256 of `timestamp\nsecret` (ms), keyed with the secret. */
export const signDingtalk = (secret: string, timestamp_ms: number): string =>
  createHmac('sha256', secret).update(`${timestamp_ms}\n${secret}`).digest('base64');

/** Of Feishu's robots: base64 HMAC-SHA256 of nothing, keyed with `timestamp\nsecret` (s). */
export const signFeishu = (secret: string, timestamp_s: number): string =>
  createHmac('sha256', `${timestamp_s}\n${secret}`).digest('base64');
