import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it('reads back as what it was, whatever is in it', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/^[=+@\-\t\r]/.test(value));
    fc.assert(
      fc.property(fc.array(text, { minLength: 2 }), (values) => {
        expect(parse(csvLine(values))).toEqual([values]);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1'])('%j is no formula to a spreadsheet', (text) => {
    expect(parse(csvLine([text, 'a']))).toEqual([[`'${text}`, 'a']]);
  });

  it('leaves numbers numbers, and empty what is unknown', () =>
    expect(csvLine([-1.5, null, true])).toBe('-1.5,,true\n'));
});
