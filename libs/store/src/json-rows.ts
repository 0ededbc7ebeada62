import {
  ITEM_COUNTS,
  type Alert,
  type DeadLetter,
  type ItemCounts,
  type Pane,
  type Presentation,
  type Source,
  type SourceCounts,
  type StreamSummary,
  type Visit,
} from '#domain';
import { viewerToUInt64 } from './viewer-column.js';

/** One line of JSONEachRow for each kind of row but the raw events. */
export const paneLine = (pane: Pane): string => {
  const { by_item, by_source, ...columns } = pane;
  return JSON.stringify({ ...columns, ...itemColumns(by_item), ...sourceColumns(by_source) });
};

export const visitLine = (visit: Visit): string => JSON.stringify({ ...visit, viewer: viewerToUInt64(visit.viewer) });

export const presentationLine = (presentation: Presentation): string => JSON.stringify(presentation);

export const streamLine = (stream: StreamSummary): string => JSON.stringify(stream);

export const alertLine = ({ summary, evidence, hint, ...columns }: Alert): string =>
  JSON.stringify({ ...columns, details: JSON.stringify({ summary, evidence, hint }) });

export const deadLetterLine = (letter: DeadLetter): string => JSON.stringify(letter);

const itemColumns = (byItem: Record<string, ItemCounts>): Record<string, unknown> => {
  const items = Object.keys(byItem);
  const columns: Record<string, unknown> = { 'by_item.item_id': items };
  for (const count of ITEM_COUNTS) columns[`by_item.${count}`] = items.map((item) => byItem[item]![count]);
  return columns;
};

const SOURCE_COLUMNS = [
  'enters',
  'leaves',
  'online',
  'at_risk',
  'leaves_by_tenure',
  'orders_paid',
  'gmv_paid_minor',
] as const satisfies readonly (keyof SourceCounts)[];

const sourceColumns = (bySource: Partial<Record<Source, SourceCounts>>): Record<string, unknown> => {
  const sources = Object.keys(bySource) as Source[];
  const columns: Record<string, unknown> = { 'by_source.source': sources };
  for (const count of SOURCE_COLUMNS) columns[`by_source.${count}`] = sources.map((source) => bySource[source]![count]);
  return columns;
};
