import type { Answered } from '../live/rest.js';
import type { Words } from './en.js';

/** Why the server did not do what it was asked for. */
export const whyNot = (answer: Exclude<Answered<unknown>, { kind: 'ok' }>, words: Words): string =>
  answer.kind === 'refused' ? answer.detail : words.noAnswer;
