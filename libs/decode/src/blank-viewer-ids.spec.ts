import { describe, expect, it } from '@jest/globals';
import { blankViewerIds } from './blank-viewer-ids.js';

const blank = (text: string): string => blankViewerIds(Buffer.from(text));

describe('blanking viewer ids in what is kept of a rejected record', () => {
  it.each([
    ['a plain one', '{"viewer_id":"u-1","ts":1}', '{"viewer_id":"","ts":1}'],
    ['with spaces', '{"viewer_id" : "u-1" }', '{"viewer_id" : "" }'],
    ['with an escaped quote in it', '{"viewer_id":"u\\"1","ts":1}', '{"viewer_id":"","ts":1}'],
    ['cut off', '{"ts":1,"viewer_id":"u-1', '{"ts":1,"viewer_id":""'],
    ['cut off in an escape', '{"viewer_id":"u-1\\', '{"viewer_id":""'],
    ['a number', '{"viewer_id":12345,"ts":1}', '{"viewer_id":"","ts":1}'],
    ['in an array', '{"viewer_id":["u-1","u-2"],"ts":1}', '{"viewer_id":"","ts":1}'],
    ['in an object', '{"viewer_id":{"id":"u-1"},"ts":1}', '{"viewer_id":"","ts":1}'],
    ['under an escaped key', '{"\\u0076iewer\\u005Fid":"u-1"}', '{"\\u0076iewer\\u005Fid":""}'],
    ['twice', '{"viewer_id":"u-1","viewer_id":"u-2"}', '{"viewer_id":"","viewer_id":""}'],
    ['nested', '{"x":{"viewer_id":"u-1"}}', '{"x":{"viewer_id":""}}'],
  ])('%s', (_, text, blanked) => expect(blank(text)).toBe(blanked));

  it('leaves everything else as it is', () => {
    const text = '{"event_id":"e-1","text":"我的 viewer_id 是什么","count":3}';
    expect(blank(text)).toBe(text);
  });

  it('looks at no more bytes than may be kept', () => {
    expect(blankViewerIds(Buffer.from('{"viewer_id":"abc","ts":1}'), 15)).toBe('{"viewer_id":""');
  });
});
