import { canonical } from './canonical.js';

/** Where no list was given: what leads viewers off the platform, and trade that no platform allows. */
export const DEFAULT_PROHIBITED: readonly string[] = [
  ...['加微信', '加v', '加vx', '加我微信', '微信号', '加qq', '私下交易', '线下交易'],
  ...['刷单', '代开发票', '高仿', '赌博', '博彩', '裸聊'],
];

/** Which listed words, as they are listed, a canonical text holds. */
export type FindProhibited = (text: string) => readonly string[];

const NOTHING: readonly string[] = [];

/**
 * Looks for listed words however they are spaced out, dotted or drawn out: `加 微.信信` is `加微信`. A word that begins or
 * ends with a Latin letter or digit is not found inside a longer one: `加v` is not in `加vip`.
 */
export const findProhibited = (list: readonly string[]): FindProhibited => {
  const patterns = list
    .map((word) => [word, patternOf(canonical(word))] as const)
    .filter(([, source]) => source !== '');
  if (patterns.length === 0) return () => NOTHING;
  // One look finds almost always that there is none.
  const any = new RegExp(patterns.map(([, source]) => source).join('|'), 'u');
  const each = patterns.map(([word, source]) => [word, new RegExp(source, 'u')] as const);
  return (text) => (any.test(text) ? each.filter(([, pattern]) => pattern.test(text)).map(([word]) => word) : NOTHING);
};

const LETTER = /[\p{L}\p{N}]/u;
const LATIN = /[a-z0-9]/;
const BETWEEN = String.raw`[^\p{L}\p{N}]*`;

/** The same letter several times is one run: letter by letter, `11…1` could be split over a text in more ways than can be tried. */
const runsOf = (letters: readonly string[]): { letter: string; count: number }[] => {
  const runs: { letter: string; count: number }[] = [];
  for (const letter of letters) {
    const last = runs.at(-1);
    if (last?.letter === letter) last.count++;
    else runs.push({ letter, count: 1 });
  }
  return runs;
};

const patternOf = (word: string): string => {
  const letters = [...word].filter((letter) => LETTER.test(letter));
  if (letters.length === 0) return '';
  const before = LATIN.test(letters[0]!) ? '(?<![a-z0-9])' : '';
  const after = LATIN.test(letters.at(-1)!) ? '(?![a-z0-9])' : '';
  return (
    before +
    runsOf(letters)
      .map(({ letter, count }) => `(?:${letter}${BETWEEN}){${count},}`)
      .join('') +
    after
  );
};
