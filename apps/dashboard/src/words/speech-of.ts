import { FORMATS, type Formats } from '../format/formats.js';
import { en, type Words } from './en.js';
import type { Language } from './language.js';
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
