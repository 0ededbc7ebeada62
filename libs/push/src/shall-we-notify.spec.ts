import { describe, expect, it } from '@jest/globals';
import type { Alert, Notify } from '#domain';
import { shallWeNotify, type Hush, type Listener } from './index.js';

const NOW = 1_790_000_000_000;
const alert = (change: Partial<Alert> = {}): Alert => ({
  ...{ alert_id: 'a', stream_id: 'room', seq: 1, rule: 'dropoff_spike', severity: 'warning', status: 'firing' },
  ...{ started_at: NOW, detected_at: NOW, updated_at: NOW, resolved_at: null, sent_at: null, acked_at: null },
  ...{ item_id: 'tea', presentation_id: null, summary: { key: 'k', values: {} }, evidence: {}, hint: null },
  ...{ acked_by: null, outcome: null },
  ...change,
});
const listener = (channel_id: string, severity_min: Alert['severity'] = 'info', stream = 'room'): Listener => ({
  ...{ channel_id, severity_min, wants: (id) => id === stream },
});
const hush = (covers: Hush['covers'], until = NOW + 1): Hush => ({ silence_id: 's', covers, from: NOW, until });
const judge = (
  change: Alert,
  {
    before,
    others = [],
    listeners = [listener('c')],
    hushes = [],
    now = NOW,
  }: { before?: Alert; others?: Alert[]; listeners?: Listener[]; hushes?: Hush[]; now?: number } = {},
): Notify => shallWeNotify(change, before, others, { listeners, hushes, now });
const verdict = ({ tell, reason, channels, because_of }: Notify): unknown[] => [tell, reason, channels, because_of];

describe('shall we notify?', () => {
  it('tells the channels that want the stream and the severity', () => {
    const listeners = [listener('all'), listener('critical', 'critical'), listener('else', 'info', 'else')];
    expect(verdict(judge(alert(), { listeners }))).toEqual([true, 'wanted', ['all'], null]);
    expect(verdict(judge(alert({ severity: 'info' }), { listeners: [] }))).toEqual([false, 'no_channel', [], null]);
  });

  it('a silence keeps quiet what it covers, from its beginning to its end, and is named', () => {
    const hushes = [hush(({ item_id }) => item_id === 'tea')];
    expect(verdict(judge(alert(), { hushes }))).toEqual([false, 'silenced', [], 's']);
    expect(judge(alert({ item_id: 'cup' }), { hushes }).tell).toBe(true);
    expect(judge(alert(), { hushes, now: NOW + 1 }).tell).toBe(true);
  });

  it('a silent feed keeps quiet what it would fake; a drop-off what a cliff would say again', () => {
    const silent = alert({ alert_id: 'f', rule: 'feed_silent', evidence: { feed: 'view' } });
    expect(verdict(judge(alert(), { others: [silent] }))).toEqual([false, 'inhibited', [], 'f']);
    expect(judge(alert({ rule: 'conversion_drop' }), { others: [silent] }).tell).toBe(true);
    expect(judge(alert(), { others: [{ ...silent, status: 'resolved' }] }).tell).toBe(true);
    expect(judge(alert({ rule: 'viewer_cliff' }), { others: [alert({ alert_id: 'd' })] }).because_of).toBe('d');
  });

  it('the end is told to those who were told of the beginning, and to nobody else', () => {
    const before = { ...alert(), notify: judge(alert(), { listeners: [listener('a'), listener('b')] }) };
    const end = alert({ status: 'resolved' });
    const listeners = [listener('b'), listener('new')];
    expect(verdict(judge(end, { before, listeners }))).toEqual([true, 'wanted', ['b'], null]);
  });

  // It was kept quiet, and the group that had read that something fires never read that it was over.
  it('the end of what was told is told in a silence as well; nothing else of it is', () => {
    const before = { ...alert(), notify: judge(alert()) };
    const hushes = [hush(() => true)];
    for (const status of ['resolved', 'corrected'] as const)
      expect(judge(alert({ status }), { before, hushes }).tell).toBe(true);
    expect(judge(alert({ status: 'acknowledged' }), { before, hushes }).reason).toBe('silenced');
  });

  it('what was quiet when it began stays quiet, with the reason it had then', () => {
    const notify = judge(alert(), { hushes: [hush(() => true)] });
    expect(judge(alert({ status: 'resolved' }), { before: { ...alert(), notify } })).toEqual(notify);
  });

  it("a person's mark is no news", () => {
    const before = { ...alert(), notify: judge(alert()) };
    expect(verdict(judge(alert({ outcome: 'acted' }), { before }))).toEqual([false, 'no_news', ['c'], null]);
    expect(judge(alert({ status: 'acknowledged' }), { before }).tell).toBe(true);
  });

  it('nobody is woken for a recording', () => {
    expect(judge(alert({ detected_at: NOW - 86_400_000 })).reason).toBe('not_live');
  });
});
