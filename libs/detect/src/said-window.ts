import { PANE_MS, QUESTION_TOPICS, type Mention, type Said } from '#domain';

/** What is said now is what was said in this time; three thirds of it tell what lasts from what is shouted once. */
export const SAID_WINDOW_S = 45;
export const SAID_THIRDS = 3;
/** What is usual is learned over this time. */
const USUAL_HALF_LIFE_S = 600;
/** So many words and questions have something usual; beyond, the rarest half is forgotten. */
const USUAL_MAX = 1_500;

/** What was said in one pane; `ts` is its start, ms. */
interface SaidPane {
  ts: number;
  said: Said;
}

/** A count that fades: its value at `ts`, ms. */
interface Fading {
  value: number;
  ts: number;
}

/** What is said now in a room and what is usually said there; plain data. What leaves the window teaches what is usual. */
export interface SaidWindow {
  /** Start of the first pane in which anything was said, ms. */
  since: number | null;
  panes: SaidPane[];
  messages: number;
  praise: number;
  complaints: number;
  /** Messages in the window by {@link wordKey} and {@link topicKey}. */
  counts: Map<string, number>;
  usual: Map<string, Fading>;
  usual_messages: Fading;
  usual_praise: Fading;
  usual_complaints: Fading;
}

const NOTHING: Fading = { value: 0, ts: 0 };

export const emptySaidWindow = (): SaidWindow => ({
  ...{ since: null, panes: [], messages: 0, praise: 0, complaints: 0, counts: new Map(), usual: new Map() },
  ...{ usual_messages: NOTHING, usual_praise: NOTHING, usual_complaints: NOTHING },
});

/** Words begin with a letter, so a topic's key is no word's. */
export const topicKey = (topic: string): string => `?${topic}`;
/** The topic of a key; `null` where it is a word's. */
export const topicOfKey = (key: string): string | null => (key.startsWith('?') ? key.slice(1) : null);

/** Moves the window by one pane. */
export const slideSaid = (window: SaidWindow, ts: number, said: Said | undefined): void => {
  const from = windowFrom(ts);
  while (window.panes.length > 0 && window.panes[0]!.ts < from) leave(window, window.panes.shift()!);
  if (said === undefined) return;
  window.since ??= ts;
  window.panes.push({ ts, said });
  add(window, said, 1);
};

/** Start of the window that ends with the pane of `ts`, ms. */
export const windowFrom = (ts: number): number => ts - (SAID_WINDOW_S - 1) * PANE_MS;

/** Share of all messages that usually hold it; `null` where it was never heard before now. */
export const usualShare = ({ usual, usual_messages }: SaidWindow, key: string, ts: number): number | null => {
  const known = usual.get(key);
  const messages = valueAt(usual_messages, ts);
  return known === undefined || messages === 0 ? null : valueAt(known, ts) / messages;
};

/** Messages with a mood that are usual, faded alike, and how many of them complain. */
export const usualMood = (window: SaidWindow, ts: number): { complaints: number; praise: number } => ({
  complaints: valueAt(window.usual_complaints, ts),
  praise: valueAt(window.usual_praise, ts),
});

/** How often a key was said in each third of the window, and how many messages there were. */
export const inThirds = ({ panes }: SaidWindow, key: string, ts: number): { count: number; messages: number }[] => {
  const thirds = Array.from({ length: SAID_THIRDS }, () => ({ count: 0, messages: 0 }));
  for (const pane of panes) {
    const s = (pane.ts - windowFrom(ts)) / PANE_MS;
    const third = thirds[Math.floor((s * SAID_THIRDS) / SAID_WINDOW_S)]!;
    third.count += mentionOf(pane.said, key)?.count ?? 0;
    third.messages += pane.said.messages;
  }
  return thirds;
};

/** The newest message of a key in the window, and the start of the pane in which it was first said there. */
export const mentionsOf = ({ panes }: SaidWindow, key: string): { example: string; from: number } | null => {
  const holding = panes.filter(({ said }) => mentionOf(said, key) !== undefined);
  const newest = holding.at(-1);
  return newest === undefined ? null : { example: mentionOf(newest.said, key)!.example, from: holding[0]!.ts };
};

const mentionOf = ({ words, questions }: Said, key: string): Mention | undefined => {
  const topic = topicOfKey(key);
  return topic === null ? words.get(key) : questions.get(topic);
};

const leave = (window: SaidWindow, { ts, said }: SaidPane): void => {
  add(window, said, -1);
  eachKey(said, (key, count) => window.usual.set(key, more(window.usual.get(key) ?? NOTHING, count, ts)));
  window.usual_messages = more(window.usual_messages, said.messages, ts);
  window.usual_praise = more(window.usual_praise, said.praise, ts);
  window.usual_complaints = more(window.usual_complaints, said.complaints, ts);
  if (window.usual.size > USUAL_MAX) forgetRarest(window, ts);
};

const add = (window: SaidWindow, said: Said, sign: 1 | -1): void => {
  window.messages += sign * said.messages;
  window.praise += sign * said.praise;
  window.complaints += sign * said.complaints;
  eachKey(said, (key, count) => {
    const sum = (window.counts.get(key) ?? 0) + sign * count;
    if (sum === 0) window.counts.delete(key);
    else window.counts.set(key, sum);
  });
};

/** Words and known questions; questions of other kinds are seldom put alike. */
const eachKey = ({ words, questions }: Said, take: (key: string, count: number) => void): void => {
  words.forEach(({ count }, word) => take(word, count));
  if (questions.size === 0) return;
  for (const topic of QUESTION_TOPICS) {
    const asked = questions.get(topic);
    if (asked !== undefined) take(topicKey(topic), asked.count);
  }
};

const valueAt = ({ value, ts }: Fading, at: number): number => value * 2 ** (-(at - ts) / 1000 / USUAL_HALF_LIFE_S);
const more = (fading: Fading, count: number, ts: number): Fading => ({ value: valueAt(fading, ts) + count, ts });

const forgetRarest = (window: SaidWindow, ts: number): void => {
  const ranked = [...window.usual].map(([key, fading]) => ({ key, fading, value: valueAt(fading, ts) }));
  ranked.sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1));
  window.usual = new Map(ranked.slice(0, USUAL_MAX / 2).map(({ key, fading }) => [key, fading]));
};
