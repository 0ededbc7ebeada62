import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseAddress, type Address } from './address.js';

describe('address', () => {
  it('a link restores the view', () => {
    const view: Address = { stream_id: 'a:b/1', language: 'zh', span: '300s' };
    const [path = '', query = ''] = formatAddress(view).split('?');
    expect(parseAddress(path, query)).toEqual(view);
  });
  it('what is not known reads as the list with its defaults', () => {
    expect(parseAddress('/nowhere', '?lang=fr&window=1s')).toEqual({ stream_id: null, language: null, span: '60s' });
    expect(parseAddress('/rooms/%E0%A4%A', '').stream_id).toBeNull();
  });
});
