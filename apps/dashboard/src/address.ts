import type { WindowName } from '#contract';
import { isLanguage, type Language } from '#say';

/** What the numbers are over: a moving window, or the whole session so far. */
export type Span = WindowName | 'session';
export const SPANS: readonly Span[] = ['10s', '60s', '300s', 'session'];

/** Everything of a view that a link restores. `null`: not said, so the browser's or the page's choice. */
export interface Address {
  readonly stream_id: string | null;
  readonly language: Language | null;
  readonly span: Span;
}

const decoded = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
};

/** Reads `/rooms/<id>?lang=zh&window=60s`; what it does not know reads as the list with its defaults. */
export const parseAddress = (path: string, search: string): Address => {
  const query = new URLSearchParams(search);
  const room = /^\/rooms\/([^/]+)\/?$/.exec(path)?.[1];
  const language = query.get('lang');
  return {
    stream_id: room === undefined ? null : decoded(room),
    language: isLanguage(language) ? language : null,
    span: SPANS.find((span) => span === query.get('window')) ?? '60s',
  };
};

/** The link of a view: what {@link parseAddress} reads back. */
export const formatAddress = ({ stream_id, language, span }: Address): string => {
  const query = new URLSearchParams();
  if (language !== null) query.set('lang', language);
  if (stream_id !== null) query.set('window', span);
  const path = stream_id === null ? '/' : `/rooms/${encodeURIComponent(stream_id)}`;
  return query.size === 0 ? path : `${path}?${query}`;
};
