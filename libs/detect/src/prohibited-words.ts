import type { AlertDecision, Said } from '#domain';
import { endLife, QUIET, type Life } from './life.js';
import { stepRuleLife, type RuleAt } from './rule-alert.js';
import type { ProhibitedWordsRule } from './rules.js';
import { SAID_WINDOW_S, type SaidWindow } from './said-window.js';

/** So many words are told of at a time; more is one attack. */
const LIVES_MAX = 20;

/** Lives that are not quiet, by listed word. */
export interface ProhibitedWords {
  lives: Map<string, Life>;
}

export const emptyProhibitedWords = (): ProhibitedWords => ({ lives: new Map() });

type At = RuleAt & { settings: ProhibitedWordsRule };

/** One pane: a listed word was said. Who said it is nobody's business here. */
export const stepProhibitedWords = (
  state: ProhibitedWords,
  window: SaidWindow,
  said: Said | undefined,
  at: At,
  decided: AlertDecision[],
): void => {
  const { settings } = at;
  const fresh = settings.enabled && said !== undefined && said.prohibited.size > 0 ? [...said.prohibited.keys()] : [];
  for (const word of fresh.sort())
    if (state.lives.size < LIVES_MAX && !state.lives.has(word)) state.lives.set(word, QUIET);
  for (const [word, life] of state.lives) {
    const counted = countOf(window, word);
    const condition = counted.count >= settings.min_messages && settings.enabled ? 'holds' : 'below_half';
    const values = { word, count: counted.count, seconds: SAID_WINDOW_S };
    const find = () => ({ started_at: counted.from ?? at.pane_ts, values, evidence: values });
    const next = stepRuleLife(life, { ...at, key: word }, condition, find, decided);
    if (next.phase === 'quiet' && counted.count === 0) state.lives.delete(word);
    else state.lives.set(word, next);
  }
};

/** The stream's end resolves what fires. */
export const endProhibitedWords = ({ lives }: ProhibitedWords, ended_at: number, decided: AlertDecision[]): void => {
  for (const life of lives.values()) endLife(life, ended_at, decided);
  lives.clear();
};

const countOf = ({ panes }: SaidWindow, word: string): { count: number; from: number | null } => {
  let count = 0;
  let from: number | null = null;
  for (const { ts, said } of panes) {
    const here = said.prohibited.get(word) ?? 0;
    if (here > 0) from ??= ts;
    count += here;
  }
  return { count, from };
};
