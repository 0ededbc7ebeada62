import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jiebaSegmenter } from './jieba.js';
import { remembering } from './remembering.js';
import { createUnderstanding } from './understanding.js';

/** Cuts where there are blanks, and counts how often it was asked. */
const counting = () => {
  const asked = { times: 0 };
  const segment = (text: string): string[] => {
    asked.times++;
    return text.split(' ');
  };
  return { asked, segment };
};

describe('remembering messages', () => {
  it('understands each as it would be understood alone, whatever was said before', () => {
    const segment = jiebaSegmenter();
    const piece = fc.constantFrom(
      '多少钱',
      '好用',
      '不',
      '贵',
      '？',
      '卡了',
      '13800138000',
      '加微信',
      ' ',
      '😀',
      'how much',
    );
    const message = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const list = fc.constantFrom([], ['加微信'], ['好用', '贵']);
    const said = fc.oneof({ weight: 9, arbitrary: message }, { weight: 1, arbitrary: list });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), (sequence) => {
        const own = remembering(createUnderstanding(segment, []));
        let listed: readonly string[] = [];
        for (const each of sequence) {
          if (typeof each !== 'string') own.prohibit((listed = each));
          else expect(own.understand(each)).toEqual(createUnderstanding(segment, listed).understand(each));
        }
      }),
    );
  });

  it('understands once what is said again, and anew what was said long ago', () => {
    const { asked, segment } = counting();
    const own = remembering(createUnderstanding(segment, []));
    for (let again = 0; again < 3; again++) own.understand('hello there');
    expect(asked.times).toBe(1);
    for (let i = 0; i < 10_000; i++) own.understand(`hello ${i}`);
    own.understand('hello there');
    expect(asked.times).toBe(10_002);
  });

  it('keeps no message of which something is hidden', () => {
    const { asked, segment } = counting();
    const own = remembering(createUnderstanding(segment, []));
    const calls = ['call 13800138000', `${'so long '.repeat(40)}`];
    for (const text of [...calls, ...calls]) own.understand(text);
    expect(asked.times).toBe(4);
  });
});
