import type {
  EventTimeSettings,
  InputId,
  InputReading,
  Moment,
  ReadEvent,
  ShareAsked,
  ShareMoment,
  ShareStanding,
  ShareTold,
} from '#domain';
import { logTimeOf } from './log-time.js';
import { countsOf } from './standing.js';
import type { StreamStep } from './step.js';
import type { StreamState } from './stream.js';

/** Panes told at once: so many of a room that says and sells much stay below a megabyte. */
const MOMENTS_MAX = 20;

/** Does in a share as its stream's owner asks. It was asked where that is read, so that reading again does the same again. */
export const heed = (
  share: StreamState,
  { currency, ended_at, to }: ShareAsked,
  append_ts: number,
  { idleInputMs }: EventTimeSettings,
): void => {
  share.currency ??= currency;
  share.asked_at ??= append_ts;
  if (share.closed) return;
  if (ended_at !== null && ended_at !== share.asked_end) {
    share.asked_end = ended_at;
    share.asked_at = append_ts;
    // What has been told beyond the end stays told; the owner does not count it.
    share.ended_at = Math.max(ended_at, share.watermark);
    share.ended_by = 'asked';
  }
  const isSilent = [...share.inputs.values()].every(({ last_append_ts }) => append_ts - last_append_ts >= idleInputMs);
  if (to !== null && isSilent) {
    share.watermark = Math.max(share.watermark, to);
    for (const input of share.inputs.values()) input.watermark = Math.max(input.watermark, to);
  }
};

/** Has nothing of the stream come in this lane for long, as its log says, or the wall clock where it is read to its end? */
export const isQuiet = (
  share: StreamState,
  readings: ReadonlyMap<InputId, InputReading>,
  now: number,
  { idleInputMs }: EventTimeSettings,
): boolean => {
  const heard = [...share.inputs.values()].map(({ last_append_ts }) => last_append_ts);
  const last = Math.max(share.asked_at ?? -Infinity, ...heard);
  return readings.size > 0 && [...readings.values()].every((reading) => logTimeOf(reading, now) - last >= idleInputMs);
};

/** What a share's owner tells of what a batch changed in it; told in parts where it is much, each standing where its panes end. */
export const tellingOf = (
  share: StreamState,
  { moments, corrected }: Pick<StreamStep, 'moments' | 'corrected'>,
  from: { stream_id: string; lane: string; epoch: number },
  quiet: boolean,
  sample: readonly ReadEvent[] = [],
): ShareTold[] => {
  const standing = shareStanding(share, quiet);
  const tellings: ShareTold[] = [];
  for (let at = 0; at + MOMENTS_MAX < moments.length; at += MOMENTS_MAX) {
    const some = moments.slice(at, at + MOMENTS_MAX);
    const reached = { ...standing, closed: false, watermark: some.at(-1)!.pane.ts };
    tellings.push({
      kind: 'share_told',
      ...from,
      moments: some.map(shareMoment),
      corrected: [],
      standing: reached,
      sample: [],
    });
  }
  const rest = moments.slice(tellings.length * MOMENTS_MAX).map(shareMoment);
  tellings.push({ kind: 'share_told', ...from, moments: rest, corrected, standing, sample });
  return tellings;
};

const shareMoment = ({ pane, said, late_paid, distinct }: Moment): ShareMoment => {
  const moment: ShareMoment = { pane, distinct: distinct! };
  if (said !== undefined) moment.said = said;
  if (late_paid !== undefined) moment.late_paid = late_paid;
  return moment;
};

const shareStanding = (share: StreamState, quiet: boolean): ShareStanding => {
  const { online, distinct } = share.current?.before ?? countsOf(share);
  const { watermark, closed, currency, late, too_late, first_ts, largest_ts } = share;
  const pending = share.current !== null || share.waiting.panes.size > 0;
  return {
    ...{ watermark, closed, quiet, online, pending, distinct, currency, late, too_late, first_ts, largest_ts },
    asked_end: share.asked_end ?? null,
    ignored: { ...share.ignored },
    exits_from: share.presence.exits_from,
    coverage: share.coverage.slice(),
    heard: share.heard.slice(),
  };
};
