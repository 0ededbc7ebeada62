import { setImmediate as giveWay } from 'node:timers/promises';
import type { KeywordsAnswer } from '#contract';
import { emptySaidWindow, slideSaid, topicKey, usualShare } from '#detect';
import { addHeard, addSaid, emptySaid, PANE_MS, type Said } from '#domain';
import type { Range, StoreReader } from '#store';
import type { Understanding } from '#words';
import { finalSaid } from '#window';
import { keywordsOf } from '../said/keywords.js';

/** What is said is shown over this time, as in a live room. */
const SHOWN_MS = 60 * PANE_MS;
/** A long way is read in pieces of this length. */
const PIECE_MS = 600_000;
/** Texts understood before other work gets its turn: some 10 ms. */
const SLICE = 500;

interface PaneSaid {
  readonly ts: number;
  readonly said: Said;
}

/**
 * What a stored session had lately said at each of its moments, against what was usual there then: as its live room told
 * it, late messages included. What is usual is learned from the session's beginning, so a step back begins there.
 */
export class PlayedWords {
  private learned = emptySaidWindow();
  private lately: PaneSaid[] = [];
  private until: number;

  /** `begin`: start of the session's first pane, ms. */
  constructor(
    private readonly stream_id: string,
    private readonly begin: number,
    private readonly store: Pick<StoreReader, 'messagesByPane'>,
    private readonly words: Pick<Understanding, 'understand'>,
  ) {
    this.until = begin;
  }

  /** `at`: start of a pane, ms. One asks after the other. */
  async at(at: number): Promise<KeywordsAnswer> {
    if (at < this.until) this.beginAgain();
    try {
      while (this.until < at) await this.readOn({ from: this.until, to: Math.min(at, this.until + PIECE_MS) });
    } catch (error) {
      this.beginAgain();
      throw error;
    }
    const said = emptySaid();
    for (const pane of this.lately) if (pane.ts >= at - SHOWN_MS) addSaid(said, pane.said);
    const usual = (key: string): number | null => usualShare(this.learned, key, at);
    return keywordsOf(said, { word: usual, topic: (topic) => usual(topicKey(topic)) });
  }

  private async readOn(range: Range): Promise<void> {
    const panes = new Map<number, Said>();
    for (const [n, message] of (await this.store.messagesByPane(this.stream_id, range)).entries()) {
      if (n % SLICE === SLICE - 1) await giveWay();
      const { pane_ts, text, last_ts, messages } = message;
      const said = panes.get(pane_ts) ?? emptySaid();
      panes.set(pane_ts, said);
      addHeard(said, this.words.understand(text), last_ts, messages);
    }
    for (const [ts, heard] of panes) {
      const said = finalSaid(heard);
      slideSaid(this.learned, ts, said);
      this.lately.push({ ts, said });
    }
    slideSaid(this.learned, range.to - PANE_MS, undefined);
    this.lately = this.lately.filter(({ ts }) => ts >= range.to - SHOWN_MS);
    this.until = range.to;
  }

  private beginAgain(): void {
    this.learned = emptySaidWindow();
    this.lately = [];
    this.until = this.begin;
  }
}
