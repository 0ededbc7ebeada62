import type { ChannelKind } from '#contract';
import type { Alert } from '#domain';
import { alertNote, alertSpeechOf, type AlertNote } from '#say';
import type { KeptChannel } from './channels.js';
import { signBody, signDingtalk, signFeishu } from './webhook-sign.js';

/** One HTTP request, whole. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes of text in one message: WeCom takes no more; a Feishu body has at most 20 KiB, a DingTalk one as much. */
const TEXT_BYTES_MAX: Readonly<Record<ChannelKind, number>> = {
  ...{ generic: Infinity, feishu: 16_384, dingtalk: 16_384, wecom: 2_048 },
};

/** How many of `alerts`, from the oldest on, one message to `channel` holds whole; one at least, which may be cut. */
export const fittingIn = ({ kind, language }: KeptChannel, alerts: readonly Alert[], room: string): number => {
  let count = alerts.length;
  while (count > 1 && !isWhole(kind, alertNote(alerts.slice(0, count), room, language))) count--;
  return count;
};

const isWhole = (kind: ChannelKind, note: AlertNote): boolean =>
  Buffer.byteLength(textOf(note)) <= TEXT_BYTES_MAX[kind];

/** What `channel` is sent of alerts of one stream at `now` (wall clock, ms), oldest first; one message for all of them. */
export const webhookRequest = (
  channel: KeptChannel,
  alerts: readonly Alert[],
  room: string,
  now: number,
): WebhookRequest => requestOf(channel, alertNote(alerts, room, channel.language), alerts, now);

/** What `channel` is sent to see that it works. */
export const testRequest = (channel: KeptChannel, now: number): WebhookRequest => {
  const { test } = alertSpeechOf(channel.language).words.note;
  return requestOf(channel, { title: test.title, lines: [test.text(channel.channel_id)] }, [], now);
};

const requestOf = (channel: KeptChannel, note: AlertNote, alerts: readonly Alert[], now: number): WebhookRequest => {
  switch (channel.kind) {
    case 'generic':
      return generic(channel, alerts, note, now);
    case 'feishu':
      return feishu(channel, note, now);
    case 'dingtalk':
      return dingtalk(channel, note, now);
    case 'wecom':
      return json(channel.url, { msgtype: 'text', text: { content: cut(textOf(note), TEXT_BYTES_MAX.wecom) } });
  }
};

const generic = (
  { url, secret }: KeptChannel,
  alerts: readonly Alert[],
  { title, lines }: AlertNote,
  now: number,
): WebhookRequest => {
  const request = json(url, { v: 1, kind: 'alerts', sent_at: now, title, text: lines.join('\n'), alerts });
  const stamp = { 'X-Tallylight-Timestamp': String(now) };
  const signature =
    secret === undefined ? {} : { 'X-Tallylight-Signature': `v1=${signBody(secret, now, request.body)}` };
  return { ...request, headers: { ...request.headers, ...stamp, ...signature } };
};

/** A post of plain text: nothing that a viewer or a seller wrote is read as markup. */
const feishu = ({ url, secret, language }: KeptChannel, { title, lines }: AlertNote, now: number): WebhookRequest => {
  const timestamp_s = Math.floor(now / 1000);
  const text = cut(lines.join('\n'), TEXT_BYTES_MAX.feishu);
  const post = { [language === 'zh' ? 'zh_cn' : 'en_us']: { title, content: [[{ tag: 'text', text }]] } };
  const signed = secret === undefined ? {} : { timestamp: String(timestamp_s), sign: signFeishu(secret, timestamp_s) };
  return json(url, { ...signed, msg_type: 'post', content: { post } });
};

const dingtalk = ({ url, secret }: KeptChannel, note: AlertNote, now: number): WebhookRequest => {
  const address = new URL(url);
  if (secret !== undefined) {
    address.searchParams.set('timestamp', String(now));
    address.searchParams.set('sign', signDingtalk(secret, now));
  }
  return json(address.href, { msgtype: 'text', text: { content: cut(textOf(note), TEXT_BYTES_MAX.dingtalk) } });
};

const textOf = ({ title, lines }: AlertNote): string => [title, ...lines].join('\n');

const json = (url: string, body: unknown): WebhookRequest => ({
  url,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** At most `bytesMax` of UTF-8, never through the middle of a character. */
const cut = (text: string, bytesMax: number): string => {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const bytes = Buffer.from(text).subarray(0, bytesMax - 3);
  return `${new TextDecoder().decode(bytes).replace(/\uFFFD+$/, '')}…`;
};
