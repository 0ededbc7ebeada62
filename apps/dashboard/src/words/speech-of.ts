import { FORMATS, type Formats, type Language } from '#say';
import { en, type Words } from './en.js';
import { zh } from './zh.js';

const WORDS: Readonly<Record<Language, Words>> = { en, zh };

/** One language: its name, its words and how it writes figures. */
export interface Speech {
  readonly language: Language;
  readonly words: Words;
  readonly formats: Formats;
}

export const speechOf = (language: Language): Speech => ({
  language,
  words: WORDS[language],
  formats: FORMATS[language],
});
