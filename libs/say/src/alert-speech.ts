import { alertEn, type AlertWords } from './alert-en.js';
import type { AlertSpeech } from './alert-sentence.js';
import { alertZh } from './alert-zh.js';
import { FORMATS } from './formats.js';
import type { Language } from './language.js';

const WORDS: Readonly<Record<Language, AlertWords>> = { en: alertEn, zh: alertZh };

/** How alerts are said in `language`. */
export const alertSpeechOf = (language: Language): AlertSpeech => ({
  words: WORDS[language],
  formats: FORMATS[language],
});
