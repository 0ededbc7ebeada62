import type { PresentationRow } from '#contract';

/** What is laid beside others: a whole session, or a stretch of one, event time, ms. */
export interface Compared {
  readonly stream_id: string;
  readonly stretch: { readonly from: number; readonly to: number } | null;
}

/** So many can still be told apart by their colours. */
export const COMPARED_MAX = 4;

/** As a link says it: `room-1`, or `room-1@1790000000000-1790000120000`. */
export const parseCompared = (text: string): Compared => {
  const [, stream_id, from, to] = /^(.+)@(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (stream_id === undefined || Number(from) >= Number(to)) return { stream_id: text, stretch: null };
  return { stream_id, stretch: { from: Number(from), to: Number(to) } };
};

/** The link's text of a presentation; one that is still on ends with the seconds it has. */
export const comparedPresentation = (
  stream_id: string,
  { from, to, seconds }: Pick<PresentationRow, 'from' | 'to' | 'seconds'>,
): string => `${stream_id}@${from}-${to ?? from + Math.max(1, seconds) * 1000}`;
