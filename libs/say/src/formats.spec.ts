import { describe, expect, it } from '@jest/globals';
import { FORMATS, UNKNOWN } from './formats.js';

describe('figures', () => {
  it('what is not known is a dash, never 0', () => {
    const { count, rate, share, times, money } = FORMATS.en;
    expect([count(null), rate(undefined), share(null), times(NaN), money(null, 'CNY')]).toEqual(Array(5).fill(UNKNOWN));
    expect([count(0), share(0)]).toEqual(['0', '0.0%']);
  });
  it('money has the minor digits of its currency', () => {
    expect(FORMATS.en.money(123_456, 'CNY')).toBe('¥1,234.56');
    expect(FORMATS.en.money(1_234, 'JPY')).toBe('¥1,234');
    expect(FORMATS.zh.money(1_234_567, 'KWD')).toContain('1,234.567');
  });
  it('large figures are shortened as the language does', () => {
    expect(FORMATS.zh.count(1_230_000)).toBe('123万');
    expect(FORMATS.en.money(123_456_700, 'EUR')).toBe('€1.2m');
  });
  it('a currency that is none is named beside the number', () => {
    expect(FORMATS.en.money(100, '??')).toBe('1.00 ??');
  });
});
