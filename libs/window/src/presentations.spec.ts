import { describe, expect, it } from '@jest/globals';
import { cutPresentations, onAirAt, type ItemCue } from './presentations.js';

const on = (item_id: string, ts: number, more: { title?: string; price_minor?: number } = {}): ItemCue => ({
  type: 'item_presented',
  stream_id: 's',
  event_id: `${item_id}@${ts}`,
  ts,
  item_id,
  title: more.title,
  price_minor: more.price_minor,
  stock: undefined,
});
const off = (item_id: string, ts: number): ItemCue => ({
  type: 'item_withdrawn',
  stream_id: 's',
  event_id: `-${item_id}@${ts}`,
  ts,
  item_id,
});
/** The cut in short: `item [from, to)`, in seconds. */
const cut = (end: number | null, ...cues: ItemCue[]): string[] =>
  cutPresentations('s', cues, end).presentations.map(
    ({ item_id, from, to }) => `${item_id} [${from / 1000}, ${to === null ? '…' : to / 1000})`,
  );

describe('presentations', () => {
  it('own whole panes from that of their cue up to, not including, that of the cue that ends them', () => {
    expect(cut(9_000, on('a', 1_999), on('b', 3_000), off('b', 5_500))).toEqual(['a [1, 3)', 'b [3, 5)']);
  });

  it('the last one is open while the stream is live, and goes to its end after', () => {
    expect(cut(null, on('a', 1_000))).toEqual(['a [1, …)']);
    expect(cut(9_000, on('a', 1_000))).toEqual(['a [1, 9)']);
  });

  it('of several in one pane the last rules; one that owns no pane is none', () => {
    expect(cut(null, on('a', 1_000), on('b', 2_100), on('c', 2_900))).toEqual(['a [1, 2)', 'c [2, …)']);
    expect(cut(null, on('a', 1_000), off('a', 1_900))).toEqual([]);
    expect(cut(1_000, on('a', 1_000))).toEqual([]);
  });

  it('presenting the item that is on only updates what is said of it', () => {
    const cues = [on('a', 1_000, { title: 'tea', price_minor: 100 }), on('a', 4_000, { price_minor: 90 })];
    const { presentations } = cutPresentations('s', cues, 9_000);
    expect(presentations).toMatchObject([
      { presentation_id: 's:a@1000', from: 1_000, to: 9_000, title: 'tea', price_minor: 90 },
    ]);
  });

  it('an item that comes again is a second presentation', () => {
    expect(cut(null, on('a', 1_000), on('b', 2_000), on('a', 3_000))).toEqual(['a [1, 2)', 'b [2, 3)', 'a [3, …)']);
    expect(cut(null, on('a', 1_000), off('a', 2_000), on('a', 2_500))).toEqual(['a [1, 2)', 'a [2, …)']);
  });

  it('withdrawing what is not on changes nothing and is told', () => {
    const cues = [off('a', 500), on('a', 1_000), off('b', 2_000)];
    const { presentations, off: ignored } = cutPresentations('s', cues, null);
    expect(presentations).toHaveLength(1);
    expect(ignored.map(({ event_id }) => event_id)).toEqual(['-a@500', '-b@2000']);
  });
});

describe('what is on air', () => {
  const { presentations } = cutPresentations('s', [on('a', 1_000), off('a', 3_000), on('b', 5_000)], null);
  it('is the presentation that owns the pane', () => {
    const items = [0, 1, 2, 3, 4, 5, 99].map((s) => onAirAt(presentations, s * 1000)?.item_id ?? null);
    expect(items).toEqual([null, 'a', 'a', null, null, 'b', 'b']);
  });
});
