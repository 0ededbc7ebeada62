import type { WindowName } from '#contract';
import { isLanguage, type Language } from '#say';

/** What the numbers are over: a moving window, or the whole session so far. */
export type Span = WindowName | 'session';
export const SPANS: readonly Span[] = ['10s', '60s', '300s', 'session'];

/** Which screen, of what. */
export type Place =
  | { readonly screen: 'wall' | 'sessions' }
  /** `of`: the room whose rules are looked at; `null`: those of all rooms. */
  | { readonly screen: 'rules'; readonly of: string | null }
  | { readonly screen: 'room' | 'host'; readonly stream_id: string }
  /** `at`: where the playing stands, event time, ms; `null`: the start. */
  | { readonly screen: 'replay'; readonly stream_id: string; readonly at: number | null }
  | { readonly screen: 'compare'; readonly stream_ids: readonly string[] };

/** Everything of a view that a link restores. `null`: not said, so the browser's or the page's choice. */
export interface Address {
  readonly place: Place;
  readonly language: Language | null;
  readonly span: Span;
}

export const WALL: Place = { screen: 'wall' };
export const roomPlace = (stream_id: string): Place => ({ screen: 'room', stream_id });

/** The room that a place is about, if it is about one. */
const streamOf = (place: Place): string | null => ('stream_id' in place ? place.stream_id : null);

const decoded = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
};

/** A moment as `?at=` says it; `null` where it says none. */
const momentOf = (text: string | null): number | null => {
  const at = text === null || text === '' ? NaN : Number(text);
  return Number.isSafeInteger(at) && at >= 0 ? at : null;
};

const placeOf = (path: string, query: URLSearchParams): Place => {
  const [, first, segment, last] = /^\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?\/?$/.exec(path) ?? [];
  if (segment === undefined) {
    if (first === 'sessions') return { screen: first };
    if (first === 'rules') return { screen: first, of: query.get('stream') };
    const ids = query.getAll('stream');
    return first === 'compare' && ids.length > 0 ? { screen: 'compare', stream_ids: ids } : WALL;
  }
  const stream_id = first === 'rooms' ? decoded(segment) : null;
  if (stream_id === null) return WALL;
  if (last === 'host') return { screen: 'host', stream_id };
  if (last === 'replay') return { screen: 'replay', stream_id, at: momentOf(query.get('at')) };
  return last === undefined ? roomPlace(stream_id) : WALL;
};

/** Reads `/rooms/<id>?lang=zh&window=60s` and its like; what it does not know reads as the wall with its defaults. */
export const parseAddress = (path: string, search: string): Address => {
  const query = new URLSearchParams(search);
  const language = query.get('lang');
  return {
    place: placeOf(path, query),
    language: isLanguage(language) ? language : null,
    span: SPANS.find((span) => span === query.get('window')) ?? '60s',
  };
};

const pathOf = (place: Place): string => {
  const id = streamOf(place);
  const room = id === null ? '' : `/rooms/${encodeURIComponent(id)}`;
  switch (place.screen) {
    case 'wall':
      return '/';
    case 'room':
      return room;
    case 'host':
    case 'replay':
      return `${room}/${place.screen}`;
    case 'sessions':
    case 'rules':
    case 'compare':
      return `/${place.screen}`;
  }
};

/** The link of a view: what {@link parseAddress} reads back. */
export const formatAddress = ({ place, language, span }: Address): string => {
  const query = new URLSearchParams();
  if (language !== null) query.set('lang', language);
  if (place.screen === 'room' || place.screen === 'replay') query.set('window', span);
  if (place.screen === 'replay' && place.at !== null) query.set('at', String(place.at));
  if (place.screen === 'compare') for (const id of place.stream_ids) query.append('stream', id);
  if (place.screen === 'rules' && place.of !== null) query.set('stream', place.of);
  const path = pathOf(place);
  return query.size === 0 ? path : `${path}?${query}`;
};
