import type { DataState } from './rest.js';

/** A word in danmaku, against how often it is usually said. */
export interface WordShown {
  word: string;
  count: number;
  /** Share of messages now over the usual share; `null` where it was not said before. */
  growth: number | null;
}
/** Messages that ask the same thing, however they put it. */
export interface QuestionShown {
  /** `price`, `how_to_buy`, `size`, `stock`, `shipping`, `link`, `lag`, `payment`, `usage`, or the words that group it. */
  topic: string;
  count: number;
  growth: number | null;
  /** The newest message of it, redacted. */
  example: string;
  last_ts: number;
}
/** Complaints against praise. */
export interface MoodShown {
  messages: number;
  praise: number;
  complaints: number;
}

/** What is said, counted. */
export interface KeywordsAnswer {
  words: WordShown[];
  questions: QuestionShown[];
  mood: MoodShown;
}
/** `GET /streams/{id}/keywords?from&to&item_id&presentation_id`. */
export interface SessionKeywords extends KeywordsAnswer {
  data: DataState;
}
/** Socket `words`: the last 60 s of a live room, every 5 s. */
export interface WordsMessage extends KeywordsAnswer {
  v: 1;
  stream_id: string;
  mode: 'live' | `replay:${string}`;
  as_of: number;
}
