import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitJsonArray, splitNdjson, type RecordRange } from './body.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`body fuzzing: FUZZ_SEED=${seed}`);

const textsOf = (body: Buffer, ranges: RecordRange[]): string[] =>
  ranges.map(({ start, end }) => body.toString('utf8', start, end));
const lines = (text: string): string[] => textsOf(Buffer.from(text), splitNdjson(Buffer.from(text)));
const elements = (text: string): string[] | undefined => {
  const body = Buffer.from(text);
  const split = splitJsonArray(body);
  return split.ok ? textsOf(body, split.records) : undefined;
};

describe('the records of an NDJSON body', () => {
  it.each([
    ['end with LF', '1\n2\n', ['1', '2']],
    ['end with CRLF', '1\r\n2\r\n', ['1', '2']],
    ['need no end after the last', '1\n2', ['1', '2']],
    ['are not blank lines', '\n\n1\r\n\r\n \t\n2\n\n', ['1', '2']],
    ['keep a carriage return within', '1\r2\n', ['1\r2']],
    ['begin after a byte order mark', '\ufeff1\n2', ['1', '2']],
    ['may be none', '', []],
    ['may be none but line feeds', '\r\n\n', []],
    ['may be in any script', '好\n😀', ['好', '😀']],
  ])('%s', (_, body, records) => expect(lines(body)).toEqual(records));
});

describe('the elements of a JSON array', () => {
  it.each([
    ['none', '[]', []],
    ['none, with space', ' [ \n] ', []],
    ['without the space around them', '[ 1 ,\n{"a": 2} ]\n', ['1', '{"a": 2}']],
    ['with brackets and commas in strings', '[{"a":"],}["},"\\"]"]', ['{"a":"],}["}', '"\\"]"']],
    ['nested', '[[1,[2]],{"a":[3,{}]}]', ['[1,[2]]', '{"a":[3,{}]}']],
    ['after a byte order mark', '\ufeff[1]', ['1']],
  ])('%s', (_, body, records) => expect(elements(body)).toEqual(records));

  it.each([
    '',
    ' ',
    '{}',
    '1',
    'null',
    '[',
    '[1',
    '[1,',
    '[,]',
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[1]]',
    '[1] x',
    '["a]',
    '[}',
  ])('%j is no array', (body) => expect(elements(body)).toBeUndefined());

  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it('are what JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 3), (values, indent) => {
        const found = elements(JSON.stringify(values, null, indent));
        expect(found?.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
      { seed },
    );
  });

  it('a body is a JSON array exactly when it splits and every element is JSON', () => {
    const soup = fc.array(fc.constantFrom(...'[]{},:"\\ 1a', '"a"', '{"a":1}', '[1]', 'true'), { maxLength: 14 });
    fc.assert(
      fc.property(soup, (parts) => {
        const body = `[${parts.join('')}`;
        const found = elements(body);
        expect(found !== undefined && found.every(isJson)).toBe(isJson(body));
      }),
      { seed, numRuns: 5_000 },
    );
  });
});
