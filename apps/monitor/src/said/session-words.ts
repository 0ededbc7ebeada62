import { setImmediate as giveWay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { KeywordsAnswer } from '#contract';
import { addHeard, emptySaid, mostMentioned, type Said } from '#domain';
import { StoreExports } from '#store';
import type { Range } from '#store';
import type { Understanding } from '#words';
import { UNDERSTANDING } from '../ports.js';
import { keywordsOf } from './keywords.js';

/** Texts understood before other work gets its turn: some 10 ms. */
const SLICE = 500;
/** So many words are counted exactly; beyond, the rarest half is forgotten, and what comes back is counted anew. */
const WORDS_MAX = 50_000;

/**
 * What was said in parts of a stored session, against the rest of it. Messages are understood when it is asked, from what
 * is stored: exact, late ones included, by today's understanding, and nothing is stored twice. What many wrote is
 * understood once.
 */
@Injectable()
export class SessionWords {
  constructor(
    private readonly store: StoreExports,
    @Inject(UNDERSTANDING) private readonly words: Pick<Understanding, 'understand'>,
  ) {}

  async of(stream_id: string, parts: readonly Range[]): Promise<KeywordsAnswer> {
    const [asked, rest] = [emptySaid(), emptySaid()];
    for await (const texts of this.store.messagesOf(stream_id, parts)) {
      for (const [n, { text, is_asked, messages, last_ts }] of texts.entries()) {
        if (n % SLICE === SLICE - 1) await giveWay();
        addHeard(is_asked ? asked : rest, this.words.understand(text), last_ts, messages);
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
