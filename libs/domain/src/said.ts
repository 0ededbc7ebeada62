/** What viewers ask about: questions that mean the same are one topic, however they are put. */
export const QUESTION_TOPICS = [
  'price',
  'how_to_buy',
  'size',
  'stock',
  'shipping',
  'link',
  'lag',
  'payment',
  'usage',
] as const;
export type QuestionTopic = (typeof QUESTION_TOPICS)[number];

/** One message understood; plain data. */
export interface Heard {
  /** The message as it may be shown: long numbers are hidden, and it is cut to a line. */
  shown: string;
  /** Its words without stop words, each once. */
  words: readonly string[];
  /** What it asks: a {@link QuestionTopic}, or for a question of another kind the words that group it; `null` where it asks nothing. */
  topic: string | null;
  mood: 'praise' | 'complaint' | null;
  /** Listed words that it holds. */
  prohibited: readonly string[];
}

/** One message that stands for others, and its `ts`, ms. */
export interface Example {
  example: string;
  ts: number;
}

/** How many messages hold a word or ask a thing, and the newest of them. */
export interface Mention extends Example {
  count: number;
}

/** What was said in a pane, or over any time: counts of messages. Adds up in any order. */
export interface Said {
  messages: number;
  praise: number;
  complaints: number;
  /** The newest complaint. */
  complaint: Example | null;
  words: Map<string, Mention>;
  /** By topic. */
  questions: Map<string, Mention>;
  /** Listed words. */
  prohibited: Map<string, number>;
}

export const emptySaid = (): Said => ({
  ...{ messages: 0, praise: 0, complaints: 0, complaint: null },
  ...{ words: new Map(), questions: new Map(), prohibited: new Map() },
});

/** Counts a message that was sent `count` times, last at `ts`, ms. */
export const addHeard = (said: Said, { shown, words, topic, mood, prohibited }: Heard, ts: number, count = 1): void => {
  said.messages += count;
  if (mood === 'praise') said.praise += count;
  if (mood === 'complaint') {
    said.complaints += count;
    said.complaint = newer(said.complaint, { example: shown, ts });
  }
  for (const word of words) mention(said.words, word, count, shown, ts);
  if (topic !== null) mention(said.questions, topic, count, shown, ts);
  for (const word of prohibited) said.prohibited.set(word, (said.prohibited.get(word) ?? 0) + count);
};

/** Adds what was said at another time. */
export const addSaid = (said: Said, more: Said): void => {
  said.messages += more.messages;
  said.praise += more.praise;
  said.complaints += more.complaints;
  if (more.complaint !== null) said.complaint = newer(said.complaint, more.complaint);
  for (const [word, { count, example, ts }] of more.words) mention(said.words, word, count, example, ts);
  for (const [topic, { count, example, ts }] of more.questions) mention(said.questions, topic, count, example, ts);
  for (const [word, count] of more.prohibited) said.prohibited.set(word, (said.prohibited.get(word) ?? 0) + count);
};

const mention = (mentions: Map<string, Mention>, key: string, count: number, example: string, ts: number): void => {
  const known = mentions.get(key);
  if (known === undefined) {
    mentions.set(key, { count, example, ts });
    return;
  }
  const newest = newer(known, { example, ts });
  known.count += count;
  known.example = newest.example;
  known.ts = newest.ts;
};

/** Of two examples of one moment the first by code unit, so that the order of reading makes no difference. */
const newer = (known: Example | null, other: Example): Example =>
  known === null || other.ts > known.ts || (other.ts === known.ts && other.example < known.example) ? other : known;

/** The mentions with the largest counts; of equal ones the first by code unit. */
export const mostMentioned = (mentions: ReadonlyMap<string, Mention>, limit: number): [string, Mention][] =>
  [...mentions].sort(([a, { count: n }], [b, { count: m }]) => m - n || (a < b ? -1 : 1)).slice(0, limit);

/** A copy that shares nothing which is counted on. */
export const copyOfSaid = (said: Said): Said => {
  const copy = emptySaid();
  addSaid(copy, said);
  return copy;
};
