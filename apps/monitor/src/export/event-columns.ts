import type { ExportColumn } from './export-table.js';

const column = (name: string, about: string): ExportColumn => ({ name, about });

/** Columns of exported raw events, in the order in which the store gives them. */
export const EVENT_COLUMNS: readonly ExportColumn[] = [
  column('event_id', 'the event’s own id'),
  column('type', 'what happened'),
  column('ts', 'when, as the event says; ms since the epoch'),
  column('effective_ts', 'when it took effect: later than ts where it came late; ms since the epoch'),
  column('lateness', 'on_time; late: counted all the same; too_late: not counted'),
  column('viewer', 'pseudonym of the viewer: a keyed hash, 16 hex digits; empty where there is none'),
  column('source', 'where the viewer came from'),
  column('item_id', 'the item it is about'),
  column('count', 'likes of a like, viewers of an online_count'),
  column('text', 'what was written, long numbers hidden'),
  column('order_id', 'order; a line is order_id and item_id'),
  column('quantity', 'pieces of the line'),
  column('amount_minor', 'of the whole line, in minor units of its currency'),
  column('currency', 'ISO 4217'),
  column('returning', 'whether the viewer had been here before, where the platform says so'),
  column('device', 'as the platform says'),
  column('region', 'as the platform says'),
  column('title', 'of the stream or the item'),
  column('price_minor', 'of the item, in minor units'),
  column('stock', 'of the item, pieces'),
  column('label', 'of a script cue'),
  column('variant', 'of a script cue'),
  column('host', 'of the stream'),
  column('host_kind', 'human or virtual'),
  column('channel', 'brand, creator or agency'),
  column('planned_gmv_minor', 'plan of the stream, minor units'),
];
