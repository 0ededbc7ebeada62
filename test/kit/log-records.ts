import type { LiveEvent, LogRecord, MonitorRecord, ViewerKey } from '#domain';
import type { WireEvent, WireRecord } from './oracle/wire.js';

/** A pseudonym that a reader of a failing test knows again: `v12` is `{hi: 12, lo: 12}`. */
export const viewerOf = (viewer_id: string): ViewerKey => {
  const n = Number(viewer_id.slice(1));
  return { hi: n, lo: n };
};

/** The log as the pipeline reads it behind decode, at positions from 0. */
export const asLogRecords = (log: readonly WireRecord[]): LogRecord[] =>
  log.map((record, position) => ({
    input: 'journal',
    position,
    append_ts: record.append_ts,
    body:
      'event' in record
        ? liveEvent(record.event)
        : ({ kind: 'stream_closed', ...record.closed } satisfies MonitorRecord),
  }));

const KNOWN_SOURCES = ['recommend', 'follow', 'search', 'short_video', 'ad', 'share', 'group'] as const;

const liveEvent = ({ viewer_id, source, ...rest }: WireEvent): LiveEvent => {
  const viewer = viewer_id === undefined ? {} : { viewer: viewerOf(viewer_id) };
  const known = KNOWN_SOURCES.find((name) => name === source) ?? (source === undefined ? undefined : 'other');
  const count = rest.type === 'like' ? { count: rest.count ?? 1 } : {};
  return { ...rest, ...viewer, ...count, source: known } as LiveEvent;
};
