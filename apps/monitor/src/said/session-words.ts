import { setImmediate as giveWay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { KeywordsAnswer } from '#contract';
import { addHeard, emptySaid, mostMentioned, type Said } from '#domain';
import { StoreExports } from '#store';
import type { Understanding } from '#words';
import { UNDERSTANDING } from '../ports.js';
import { keywordsOf } from './keywords.js';

/** Messages understood before other work gets its turn: some 10 ms. */
const SLICE = 500;
/** So many words are counted exactly; beyond, the rarest half is forgotten, and what comes back is counted anew. */
const WORDS_MAX = 50_000;

/**
 * What was said in parts of a stored session, against the rest of it. Messages are understood when it is asked, from what
 * is stored: exact, late ones included, by today's understanding, and nothing is stored twice.
 */
@Injectable()
export class SessionWords {
  constructor(
    private readonly store: StoreExports,
    @Inject(UNDERSTANDING) private readonly words: Pick<Understanding, 'understand'>,
  ) {}

  /** `isAsked`: does this moment, ms, belong to the part? */
  async of(stream_id: string, isAsked: (ts: number) => boolean): Promise<KeywordsAnswer> {
    const [asked, rest] = [emptySaid(), emptySaid()];
    for await (const messages of this.store.messagesOf(stream_id)) {
      for (const [n, { ts, text }] of messages.entries()) {
        if (n % SLICE === SLICE - 1) await giveWay();
        addHeard(isAsked(ts) ? asked : rest, this.words.understand(text), ts);
      }
      bound(asked);
      bound(rest);
    }
    return keywordsOf(asked, {
      word: (word) => shareOf(rest.words.get(word)?.count, rest),
      topic: (topic) => shareOf(rest.questions.get(topic)?.count, rest),
    });
  }
}

const shareOf = (count: number | undefined, { messages }: Said): number | null =>
  count === undefined ? null : count / messages;

const bound = (said: Said): void => {
  if (said.words.size > WORDS_MAX) said.words = new Map(mostMentioned(said.words, WORDS_MAX / 2));
  if (said.questions.size > WORDS_MAX) said.questions = new Map(mostMentioned(said.questions, WORDS_MAX / 2));
};
