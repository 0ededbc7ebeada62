export { alertEn, type AlertWords } from './alert-en.js';
export { alertNote, type AlertNote } from './alert-note.js';
export { sayAlert, type AlertSaid, type AlertSpeech } from './alert-sentence.js';
export { alertSpeechOf } from './alert-speech.js';
export { alertZh } from './alert-zh.js';
export { FORMATS, UNKNOWN, type Formats } from './formats.js';
export { isLanguage, LANGUAGES, LOCALE, type Language } from './language.js';
