import { SEVERITIES, type Alert, type AlertRule, type Feed, type Notify, type Severity } from '#domain';

/** Asked once about each change of an alert, before it is logged: which other channels are told of it, and why. */
export type ShallWeNotify = (
  change: Alert,
  /** The alert before the change; `undefined`: it is new. */
  before: Alert | undefined,
  /** The stream's alerts as they are. */
  others: readonly Alert[],
) => Notify | undefined;

/** A channel, as far as it decides what it is told of. */
export interface Listener {
  readonly channel_id: string;
  readonly wants: (stream_id: string) => boolean;
  readonly severity_min: Severity;
}

/** A silence, as far as it decides what is told. */
export interface Hush {
  readonly silence_id: string;
  readonly covers: (alert: Alert) => boolean;
  /** Wall clock, ms: `[from, until)`. */
  readonly from: number;
  readonly until: number;
}

/** Further from the clock than this, an alert is of a recording: nobody is to be woken for it. */
const LIVE_WITHIN_MS = 600_000;

/** What a silent feed would fake. */
const FAKED_BY_SILENCE: Readonly<Partial<Record<Feed, readonly AlertRule[]>>> = {
  view: ['dropoff_spike', 'viewer_cliff', 'viewer_surge', 'suspicious_traffic'],
  order: ['conversion_drop', 'checkout_failure', 'gmv_behind_plan', 'refund_surge'],
  danmaku: ['danmaku_surge', 'negative_mood', 'keyword_surge'],
};

/**
 * Shall we notify? A channel hears of an alert from its beginning or not at all; so what was quiet when it began stays
 * quiet, with the reason it had then, unless it is asked about anew while it fires. Its end is told to those who were
 * told of its beginning.
 */
export const shallWeNotify = (
  change: Alert,
  before: Alert | undefined,
  others: readonly Alert[],
  { listeners, hushes, now }: { listeners: readonly Listener[]; hushes: readonly Hush[]; now: number },
): Notify => {
  const told = before?.notify?.channels ?? [];
  if (before?.notify !== undefined && told.length === 0) return before.notify;
  const quiet = (reason: Notify['reason'], because_of: string | null = null): Notify => ({
    ...{ tell: false, reason, channels: told, because_of, at: now },
  });
  if (before?.status === change.status) return quiet('no_news');
  // A message that says that something fires must not stand for good, however quiet it is to be.
  const isEndOfTold = told.length > 0 && (change.status === 'resolved' || change.status === 'corrected');
  const hush = hushes.find(({ from, until, covers }) => from <= now && now < until && covers(change));
  if (hush !== undefined && !isEndOfTold) return quiet('silenced', hush.silence_id);
  const louder = before === undefined ? others.find((other) => inhibits(other, change)) : undefined;
  if (louder !== undefined) return quiet('inhibited', louder.alert_id);
  if (before === undefined && !isLive(change, now)) return quiet('not_live');
  const there = new Set(listeners.map(({ channel_id }) => channel_id));
  const channels =
    before === undefined
      ? listeners.filter((each) => isWanted(each, change)).map(({ channel_id }) => channel_id)
      : told.filter((channel_id) => there.has(channel_id));
  if (channels.length === 0) return quiet('no_channel');
  return { tell: true, reason: 'wanted', channels, because_of: null, at: now };
};

/** By when it was first told: it may be asked about again much later. */
const isLive = ({ sent_at, detected_at }: Alert, now: number): boolean =>
  Math.abs((sent_at ?? now) - detected_at) <= LIVE_WITHIN_MS;

const isWanted = ({ wants, severity_min }: Listener, { stream_id, severity }: Alert): boolean =>
  wants(stream_id) && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(severity_min);

/** A broken feed silences what it would fake; a drop-off says what a cliff would. */
const inhibits = (other: Alert, { rule }: Alert): boolean => {
  if (other.status !== 'firing' && other.status !== 'acknowledged') return false;
  if (other.rule === 'dropoff_spike') return rule === 'viewer_cliff';
  if (other.rule !== 'feed_silent') return false;
  return FAKED_BY_SILENCE[other.evidence['feed'] as Feed]?.includes(rule) ?? false;
};
