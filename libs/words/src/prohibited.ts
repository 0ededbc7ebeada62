import { canonical } from './canonical.js';

/** Where no list was given: what leads viewers off the platform, and trade that no platform allows. */
export const DEFAULT_PROHIBITED: readonly string[] = [
  ...['加微信', '加v', '加vx', '加我微信', '微信号', '加qq', '私下交易', '线下交易'],
  ...['刷单', '代开发票', '高仿', '赌博', '博彩', '裸聊'],
];

/** Which listed words, as they are listed, a canonical text holds. */
export type FindProhibited = (text: string) => readonly string[];

const NOTHING: readonly string[] = [];

/** One letter, once or several times, with nothing but other signs in between. */
interface Run {
  readonly letter: string;
  /** Where in the text it stands. */
  readonly places: number[];
}

/** A listed word and the runs of its letters. */
interface Listed {
  readonly word: string;
  readonly runs: readonly Run[];
}

/**
 * Looks for listed words however they are spaced out, dotted or drawn out: `加 微.信信` is `加微信`. A word that begins or
 * ends with a Latin letter or digit is not found inside a longer one: `加v` is not in `加vip`.
 *
 * Words are looked up by their first letter, so that a long list costs a message hardly more than a short one.
 */
export const findProhibited = (list: readonly string[]): FindProhibited => {
  const byFirst = new Map<string, Listed[]>();
  for (const word of list) {
    const runs = runsOf(canonical(word));
    const first = runs[0]?.letter;
    if (first !== undefined) byFirst.set(first, [...(byFirst.get(first) ?? []), { word, runs }]);
  }
  return (text) => {
    // Most messages need no more than this.
    if (![...text].some((letter) => byFirst.has(letter))) return NOTHING;
    const runs = runsOf(text);
    const found = new Set<string>();
    runs.forEach(({ letter }, at) => {
      for (const listed of byFirst.get(letter) ?? []) if (standsAt(listed, at, runs, text)) found.add(listed.word);
    });
    return found.size === 0 ? NOTHING : list.filter((word) => found.has(word));
  };
};

const LETTER = /[\p{L}\p{N}]/u;
const LATIN = /[a-z0-9]/;

const runsOf = (text: string): Run[] => {
  const runs: Run[] = [];
  let place = 0;
  for (const letter of text) {
    const last = runs.at(-1);
    if (last?.letter === letter) last.places.push(place);
    else if (LETTER.test(letter)) runs.push({ letter, places: [place] });
    place += letter.length;
  }
  return runs;
};

/** Does the word begin in the run at `at`, each of its letters as often as it has it, or more often? */
const standsAt = (listed: Listed, at: number, runs: readonly Run[], text: string): boolean =>
  listed.runs.every(({ letter, places: { length } }, nth) => {
    const run = runs[at + nth];
    if (run?.letter !== letter) return false;
    const isFirst = nth === 0;
    const isLast = nth === listed.runs.length - 1;
    return LATIN.test(letter) ? freeOf(run, isFirst, isLast, text) >= length : run.places.length >= length;
  });

/** How many of a Latin run's letters a word may take that must begin with one that no other adjoins, or end with one. */
const freeOf = ({ places }: Run, begins: boolean, ends: boolean, text: string): number => {
  let from = 0;
  let to = places.length;
  if (begins) while (from < to && LATIN.test(text[places[from]! - 1] ?? '')) from++;
  if (ends) while (to > from && LATIN.test(text[places[to - 1]! + 1] ?? '')) to--;
  return to - from;
};
