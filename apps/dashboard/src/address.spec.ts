import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseAddress, WALL, type Place } from './address.js';

describe('address', () => {
  it.each<[Place]>([
    [WALL],
    [{ screen: 'sessions' }],
    [{ screen: 'rules', of: null }],
    [{ screen: 'rules', of: 'a b' }],
    [{ screen: 'room', stream_id: 'a:b/1' }],
    [{ screen: 'host', stream_id: '直播 1' }],
    [{ screen: 'replay', stream_id: 'a', at: 1_790_000_000_000 }],
    [{ screen: 'replay', stream_id: 'a', at: null }],
    [{ screen: 'compare', stream_ids: ['a', 'b,c'] }],
  ])('a link restores the view %j', (place) => {
    const [path = '', query = ''] = formatAddress({ place, language: 'zh', span: '300s' }).split('?');
    const { span, ...read } = parseAddress(path, query);
    expect(read).toEqual({ place, language: 'zh' });
    expect(span).toBe(place.screen === 'room' || place.screen === 'replay' ? '300s' : '60s');
  });
  it.each([['/nowhere'], ['/rooms/%E0%A4%A'], ['/rooms/a/b/c'], ['/rooms/a/nothing'], ['/compare']])(
    '%s reads as the wall',
    (path) => expect(parseAddress(path, '?lang=fr&window=1s')).toEqual({ place: WALL, language: null, span: '60s' }),
  );
  it('a moment that is none is no moment', () => {
    expect(parseAddress('/rooms/a/replay', '?at=soon').place).toEqual({ screen: 'replay', stream_id: 'a', at: null });
  });
});
