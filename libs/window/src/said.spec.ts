import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_EVENT_TIME, type Heard, type LiveEvent, type Said } from '#domain';
import type { WindowContext } from './folded.js';
import { saidLately } from './said.js';
import { step, type WindowState } from './step.js';
import { STREAM, T0, UNLESS_TOLD_TS, danmaku } from './timeline.spec-kit.js';

const heard: string[] = [];
/** Every word is itself; `?` asks for the price, `!` complains. */
const hear = (text: string): Heard => {
  heard.push(text);
  return {
    shown: text,
    words: text.split(' '),
    topic: text.includes('?') ? 'price' : null,
    mood: text.includes('!') ? 'complaint' : null,
    prohibited: [],
  };
};
const context: WindowContext = { settings: DEFAULT_EVENT_TIME, rates: {}, hear };
let ids = 0;
const says = (text: string, s: number, id = `s${ids++}`): LiveEvent =>
  ({ ...danmaku('ann', s, id), text }) as LiveEvent;

const play = (events: readonly LiveEvent[], size = Infinity, thaw = (state: WindowState): WindowState => state) => {
  let state: WindowState = new Map();
  const finals = new Map<number, Said | undefined>();
  for (let at = 0; at < events.length; at += size) {
    const records = events
      .slice(at, at + size)
      .map((body, i) => ({ input: 'journal', position: at + i, append_ts: UNLESS_TOLD_TS, body }));
    state = thaw(state);
    const { streams } = step(state, { records }, context);
    for (const { moments } of streams)
      for (const { pane, said } of moments) finals.set((pane.ts - T0) / 1000, structuredClone(said));
  }
  return { finals, lately: (s: number) => saidLately(state.get(STREAM)!, T0 + s * 1000) };
};

/** As arrays: a map that was serialised is of another realm here, and its order is nobody's. */
const flat = (finals: ReadonlyMap<number, Said | undefined>) =>
  [...finals].map(([s, said]) => [
    s,
    said && { ...said, words: [...said.words].sort(), questions: [...said.questions].sort(), prohibited: [] },
  ]);

describe('what is said', () => {
  it('is counted in the pane of its ts, and goes to detection with it', () => {
    const { finals } = play([says('tea ?', 0.1), says('tea !', 0.9), says('cup', 1.5), says('end', 9)]);
    expect(finals.get(0)).toMatchObject({ messages: 2, complaints: 1, praise: 0 });
    expect(finals.get(0)!.words.get('tea')).toEqual({ count: 2, example: 'tea !', ts: T0 + 900 });
    expect(finals.get(0)!.questions.get('price')).toMatchObject({ count: 1, example: 'tea ?' });
    expect(finals.get(1)!.messages).toBe(1);
  });

  it('is understood once, however often it comes', () => {
    heard.length = 0;
    play([says('once', 0, 'x'), says('once', 0, 'x'), says('later', 9), says('once', 0, 'x'), says('end', 20)], 1);
    expect(heard).toEqual(['once', 'later']);
  });

  it('late, corrects what is shown, and not what detection was told', () => {
    const { finals, lately } = play([says('tea', 0.1), says('now', 10), says('tea', 0.2), says('end', 20)], 1);
    expect(finals.get(0)!.words.get('tea')!.count).toBe(1);
    expect(lately(15).words.get('tea')!.count).toBe(2);
  });

  it('is shown for a minute', () => {
    const { lately } = play([says('old', 0.1), says('new', 60.5), says('end', 70)], 1);
    expect([...lately(60).words.keys()]).toEqual(['old']);
    expect([...lately(61).words.keys()]).toEqual(['new']);
  });

  it('of a pane keeps the most frequent words only', () => {
    const many = Array.from({ length: 400 }, (_, i) => says(`w${i}`, 0.5));
    const { finals } = play([...many, says('w399', 0.6), says('end', 9)]);
    expect(finals.get(0)!.words.size).toBe(300);
    expect(finals.get(0)!.words.get('w399')!.count).toBe(2);
    expect(finals.get(0)!.messages).toBe(401);
  });

  it('counts alike in any order within the bound, in any slices, and over a restart', () => {
    const message = fc.record({
      text: fc.constantFrom('a', 'a b', 'b ?', 'a !'),
      ms: fc.nat(5_999),
      delay: fc.nat(1_900),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (messages, size) => {
        const events = messages.map(({ text, ms }, i) => ({ event: says(text, ms / 1000, `m${i}`), at: ms }));
        const inOrder = events.toSorted((a, b) => a.at - b.at).map(({ event }) => event);
        const disordered = messages
          .map(({ ms, delay }, i) => ({ event: events[i]!.event, at: ms + delay }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        const end = says('end', 30, 'end');
        const frozen = (state: WindowState) => deserialize(serialize(state)) as WindowState;
        expect(flat(play([...disordered, ...disordered, end], size, frozen).finals)).toEqual(
          flat(play([...inOrder, end]).finals),
        );
      }),
    );
  });
});
