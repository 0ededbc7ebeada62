import { PANE_MS, type AlertDecision } from '#domain';
import { endLife, QUIET, type Condition, type Life } from './life.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { KeywordSurgeRule } from './rules.js';
import {
  inThirds,
  mentionsOf,
  SAID_WINDOW_S,
  topicOfKey,
  usualShare,
  windowFrom,
  type SaidWindow,
} from './said-window.js';

/** Faults of the room's are asked about whatever is on, and nobody is told to shout them; any other question comes with a new item. */
const WHATEVER_IS_ON: ReadonlySet<string | null> = new Set(['lag', 'payment']);

/** What the rule knows beside the window: lives that are not quiet, by word and topic. */
export interface KeywordSurge {
  lives: Map<string, Life>;
  /** What was said before this, ms, was explained: a giveaway, a new item. Faults have no such excuse. */
  from: number;
}

export const emptyKeywordSurge = (): KeywordSurge => ({ lives: new Map(), from: -Infinity });

/** What explains that much is said alike. */
export interface Explained {
  /** A giveaway is on: viewers write what they are told to. */
  giveaway_on: boolean;
  /** An item has just come on. */
  new_item: boolean;
}

/** A key in the window, held against what is usual. */
interface Heard {
  key: string;
  count: number;
  expected: number;
  ratio: number;
  score: number;
}

type At = RuleAt & { settings: KeywordSurgeRule };

/**
 * One pane: a word or a question that is said many times as often as usual in every third of the window, or in the
 * last two where it is a fault; what is shouted once, when a link opens, is not. At most one fires a pane, the one that stands out most.
 */
export const stepKeywordSurge = (
  state: KeywordSurge,
  window: SaidWindow,
  { giveaway_on, new_item }: Explained,
  at: At,
  decided: AlertDecision[],
): void => {
  const { settings, pane_ts } = at;
  if (giveaway_on || new_item) state.from = pane_ts + PANE_MS;
  for (const [key, life] of state.lives)
    setLife(state, key, go(life, window, key, at, conditionOf(window, key, at), decided));
  if (!settings.enabled || firing(state) >= settings.firing_max) return;
  const [most] = candidates(state, window, at);
  if (most !== undefined) setLife(state, most.key, go(QUIET, window, most.key, at, 'holds', decided));
};

/** The stream's end resolves what fires. */
export const endKeywordSurge = ({ lives }: KeywordSurge, ended_at: number, decided: AlertDecision[]): void => {
  for (const life of lives.values()) endLife(life, ended_at, decided);
  lives.clear();
};

const setLife = ({ lives }: KeywordSurge, key: string, life: Life): void => {
  if (life.phase === 'quiet') lives.delete(key);
  else lives.set(key, life);
};

const firing = ({ lives }: KeywordSurge): number =>
  [...lives.values()].filter(({ phase }) => phase === 'firing' || phase === 'pending').length;

/** What stands out and is not known of yet, most first. */
const candidates = (state: KeywordSurge, window: SaidWindow, at: At): Heard[] => {
  const { settings, pane_ts } = at;
  const from = windowFrom(pane_ts);
  if (window.since === null || pane_ts - window.since < settings.warm_up_s * 1000) return [];
  const found: Heard[] = [];
  for (const [key, count] of window.counts) {
    if (count < settings.min_messages || state.lives.has(key)) continue;
    if (from < state.from && !WHATEVER_IS_ON.has(topicOfKey(key))) continue;
    const heard = hear(window, key, count, at);
    if (holds(heard, window, at) && !isSaidAlready(state, window, key)) found.push(heard);
  }
  return found.sort((a, b) => b.score - a.score || b.count - a.count || (a.key < b.key ? -1 : 1));
};

const hear = (window: SaidWindow, key: string, count: number, { settings, pane_ts }: At): Heard => {
  const usual = Math.max(usualShare(window, key, pane_ts) ?? 0, settings.least_share);
  const expected = usual * window.messages;
  const score = (count * Math.log(count / expected) - (count - expected)) / settings.dispersion;
  return { key, count, expected, ratio: count / expected, score };
};

const holds = ({ key, expected, ratio, score }: Heard, window: SaidWindow, { settings, pane_ts }: At): boolean => {
  const threshold = topicOfKey(key) === null ? settings.word_threshold : settings.threshold;
  if (ratio < settings.ratio || score < threshold) return false;
  const share = expected / window.messages;
  const lasting = inThirds(window, key, pane_ts).slice(WHATEVER_IS_ON.has(topicOfKey(key)) ? 1 : 0);
  return lasting.every(({ count, messages }) => count >= 2 && count >= (settings.ratio / 2) * share * messages);
};

/** A word in the example of an alert that fires tells nothing more. */
const isSaidAlready = ({ lives }: KeywordSurge, window: SaidWindow, key: string): boolean => {
  const example = mentionsOf(window, key)?.example ?? '';
  for (const life of lives.values()) {
    if (life.phase !== 'firing') continue;
    const told = String(life.alert.evidence['example']).toLowerCase();
    if (told.includes(key) || example.toLowerCase().includes(String(life.alert.evidence['word'] ?? '\0'))) return true;
  }
  return false;
};

const conditionOf = (window: SaidWindow, key: string, at: At): Condition => {
  const count = window.counts.get(key) ?? 0;
  const { min_messages, ratio } = at.settings;
  if (count < min_messages / 2) return 'below_half';
  const heard = hear(window, key, count, at);
  if (heard.ratio < ratio / 2) return 'below_half';
  return holds(heard, window, at) ? 'holds' : 'between';
};

const go = (
  life: Life,
  window: SaidWindow,
  key: string,
  at: At,
  condition: Condition,
  decided: AlertDecision[],
): Life => stepRuleLife(life, { ...at, key }, condition, () => finding(window, key, at), decided);

const finding = (window: SaidWindow, key: string, at: At) => {
  const { count, expected, ratio, score } = hear(window, key, window.counts.get(key) ?? 0, at);
  const topic = topicOfKey(key);
  const { example, from } = mentionsOf(window, key) ?? { example: '', from: windowFrom(at.pane_ts) };
  const named = topic === null ? { word: key } : { topic };
  const counted = { count, expected: Math.round(expected * 10) / 10, ratio, seconds: SAID_WINDOW_S };
  return {
    started_at: from,
    values: { ...named, ...counted, example },
    evidence: { ...named, ...counted, messages: window.messages, example, score },
  };
};
