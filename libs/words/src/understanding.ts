import type { Heard } from '#domain';
import { canonical } from './canonical.js';
import { moodOf } from './mood.js';
import { findProhibited } from './prohibited.js';
import { isQuestion, topicOf } from './question.js';
import { redact } from './redact.js';
import type { Segmenter } from './segmenter.js';
import { wordsOf } from './words-of.js';

/** Longer messages are understood by their beginning. */
const UNDERSTOOD_MAX = 200;
const SHOWN_MAX = 80;

/** Understands messages, one at a time. */
export interface Understanding {
  understand(text: string): Heard;
  /** From now on these words are the listed ones. */
  prohibit(words: readonly string[]): void;
}

/** Nothing but the list of prohibited words is kept from one message to the next. */
export const createUnderstanding = (segment: Segmenter, prohibited: readonly string[]): Understanding => {
  let find = findProhibited(prohibited);
  return {
    understand(sent) {
      const text = canonical(sent.slice(0, UNDERSTOOD_MAX));
      const words = wordsOf(text, segment);
      const asks = isQuestion(text);
      const topic = topicOf(text, words, asks);
      const mood = moodOf(text, topic, asks);
      return { shown: lineOf(sent), words, topic, mood, prohibited: find(text) };
    },
    prohibit(list) {
      find = findProhibited(list);
    },
  };
};

/** No half of a sign stands at the end. */
const lineOf = (sent: string): string =>
  redact(sent)
    .slice(0, SHOWN_MAX)
    .replace(/[\uD800-\uDBFF]$/, '');
