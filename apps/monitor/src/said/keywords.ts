import type { KeywordsAnswer } from '#contract';
import { mostMentioned, type Said } from '#domain';

const WORDS_MAX = 50;
const QUESTIONS_MAX = 20;

/** Share of all messages that usually hold a word or ask a thing; `null`: not heard before. */
export interface UsualShares {
  word: (word: string) => number | null;
  topic: (topic: string) => number | null;
}

/** What was said, the most frequent first, against what is usual. */
export const keywordsOf = (said: Said, usual: UsualShares): KeywordsAnswer => {
  const growth = (count: number, share: number | null): number | null =>
    share === null || share === 0 ? null : count / said.messages / share;
  return {
    words: mostMentioned(said.words, WORDS_MAX).map(([word, { count }]) => ({
      word,
      count,
      growth: growth(count, usual.word(word)),
    })),
    questions: mostMentioned(said.questions, QUESTIONS_MAX).map(([topic, { count, example, ts }]) => ({
      topic,
      count,
      growth: growth(count, usual.topic(topic)),
      example,
      last_ts: ts,
    })),
    mood: { messages: said.messages, praise: said.praise, complaints: said.complaints },
  };
};
