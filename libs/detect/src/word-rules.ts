import type { AlertDecision, Moment } from '#domain';
import { emptyKeywordSurge, endKeywordSurge, stepKeywordSurge, type KeywordSurge } from './keyword-surge.js';
import { emptyNegativeMood, endNegativeMood, stepNegativeMood, type NegativeMood } from './negative-mood.js';
import {
  emptyProhibitedWords,
  endProhibitedWords,
  stepProhibitedWords,
  type ProhibitedWords,
} from './prohibited-words.js';
import type { RuleAt } from './rule-alert.js';
import type { DetectRules } from './rules.js';
import { emptySaidWindow, slideSaid, type SaidWindow } from './said-window.js';

/** An item that has been on for less is new: its name and the questions about it come with it. */
const NEW_ITEM_S = 20;

/** What the rules on what is said know of a room; plain data. */
export interface WordRules {
  window: SaidWindow;
  keyword_surge: KeywordSurge;
  negative_mood: NegativeMood;
  prohibited_words: ProhibitedWords;
}

type RuleName = 'keyword_surge' | 'negative_mood' | 'prohibited_words';
/** Where each rule stands. */
export type WordRulesAt = { [Name in RuleName]: RuleAt & { settings: DetectRules[Name] } };

export const emptyWordRules = (): WordRules => ({
  window: emptySaidWindow(),
  keyword_surge: emptyKeywordSurge(),
  negative_mood: emptyNegativeMood(),
  prohibited_words: emptyProhibitedWords(),
});

/** One moment through the rules on what is said. */
export const stepWordRules = (
  { window, keyword_surge, negative_mood, prohibited_words }: WordRules,
  { pane, on_air, said }: Moment,
  giveaway_on: boolean,
  at: WordRulesAt,
  decided: AlertDecision[],
): void => {
  slideSaid(window, pane.ts, said);
  const new_item = on_air !== null && pane.ts - on_air.from < NEW_ITEM_S * 1000;
  stepKeywordSurge(keyword_surge, window, { giveaway_on, new_item }, at.keyword_surge, decided);
  stepNegativeMood(negative_mood, window, at.negative_mood, decided);
  stepProhibitedWords(prohibited_words, window, said, at.prohibited_words, decided);
};

/** The stream's end resolves what fires. */
export const endWordRules = (rules: WordRules, ended_at: number, decided: AlertDecision[]): void => {
  endKeywordSurge(rules.keyword_surge, ended_at, decided);
  endNegativeMood(rules.negative_mood, ended_at, decided);
  endProhibitedWords(rules.prohibited_words, ended_at, decided);
};
