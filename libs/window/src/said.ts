import {
  addHeard,
  addSaid,
  copyOfSaid,
  emptySaid,
  mostMentioned,
  paneIndex,
  type Danmaku,
  type Heard,
  type Said,
} from '#domain';
import type { StreamState } from './stream.js';

/** Words of one pane that are kept when it is final: the most frequent. In a room that says more in a second, a rarer one is no news. */
const WORDS_KEPT = 300;
/** What was said is shown over this time. */
const SHOWN_PANES = 60;

/**
 * Counts a message in the pane of its `ts`, once, and lets its text go. What was handed on with a final pane is not
 * written again: a late message is counted in a copy.
 */
export const hearIn = (
  { said, closed }: StreamState,
  inProgress: number,
  index: number,
  { text, ts }: Danmaku,
  hear: (text: string) => Heard,
): void => {
  let pane = said.get(index);
  if (pane === undefined) said.set(index, (pane = emptySaid()));
  else if (index !== inProgress || closed) said.set(index, (pane = copyOfSaid(pane)));
  addHeard(pane, hear(text), ts);
};

/** What was said in a pane that becomes final; `undefined` where nothing was. */
export const finishSaid = (said: ReadonlyMap<number, Said>, index: number): Said | undefined => {
  const pane = said.get(index);
  return pane === undefined ? undefined : finalSaid(pane);
};

/** What was said in a pane, as it is kept when the pane is final; the same object. */
export const finalSaid = (pane: Said): Said => {
  if (pane.words.size > WORDS_KEPT) pane.words = new Map(mostMentioned(pane.words, WORDS_KEPT));
  return pane;
};

/** Lets go of what was said before the last `kept` panes up to `index`, unless it is still shown. */
export const forgetSaid = (said: Map<number, Said>, index: number, kept: number): void => {
  const oldest = index - Math.max(kept, SHOWN_PANES);
  for (const each of said.keys()) if (each < oldest) said.delete(each);
};

/** What was said in the last minute before `as_of`, ms, corrections by late messages included. */
export const saidLately = ({ said }: StreamState, as_of: number): Said => {
  const lately = emptySaid();
  const end = paneIndex(as_of);
  for (const [index, pane] of said) if (index < end && index >= end - SHOWN_PANES) addSaid(lately, pane);
  return lately;
};
