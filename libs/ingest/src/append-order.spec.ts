import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InputId, LogRecord } from '#domain';
import { AppendOrder, SPAN_MS } from './append-order.js';

const record = (input: InputId, position: number, append_ts: number): LogRecord => ({
  input,
  position,
  append_ts,
  body: { kind: 'stream_closed', stream_id: 's', ended_at: 1 },
});

const orderOver = (...inputs: InputId[]): AppendOrder => {
  const order = new AppendOrder('journal');
  for (const input of inputs) order.own(input);
  return order;
};

const takeAll = (order: AppendOrder): string[] => {
  const taken: string[] = [];
  for (let span = order.takeSpan(); span !== null; span = order.takeSpan())
    for (const { input, position } of span) taken.push(`${input}@${position}`);
  return taken;
};

describe('the order of append time over several inputs', () => {
  it('gives out a span only when every input has been read past it', () => {
    const order = orderOver('a', 'b');
    order.offer('a', [record('a', 0, 1_010), record('a', 1, 1_250)]);
    expect(takeAll(order)).toEqual([]);
    order.readTo('b', 1_049);
    expect(takeAll(order)).toEqual([]);
    order.readTo('b', 1_050);
    expect(takeAll(order)).toEqual(['a@0']);
    expect(order.takenUpTo).toBe(1_050);
  });

  it('follows at the same time the names of the inputs, the journal last', () => {
    const order = orderOver('journal', 'live.view/0', 'live.cue/0');
    order.offer('live.view/0', [record('live.view/0', 0, 1_000)]);
    order.offer('journal', [record('journal', 0, 1_000)]);
    order.offer('live.cue/0', [record('live.cue/0', 0, 1_000)]);
    for (const input of ['journal', 'live.view/0', 'live.cue/0']) order.readTo(input, 1_100);
    expect(takeAll(order)).toEqual(['live.cue/0@0', 'live.view/0@0', 'journal@0']);
  });

  // A session produced at once puts many seconds of each topic into one span: a topic given out whole ran ahead of the others.
  it('goes from one input to the other within a span, as they were appended', () => {
    const order = orderOver('a', 'b');
    order.offer('a', [record('a', 0, 1_001), record('a', 1, 1_040), record('a', 2, 1_041)]);
    order.offer('b', [record('b', 0, 1_002), record('b', 1, 1_040), record('b', 2, 1_090)]);
    for (const input of ['a', 'b']) order.readTo(input, 1_100);
    expect(takeAll(order)).toEqual(['a@0', 'b@0', 'a@1', 'b@1', 'a@2', 'b@2']);
  });

  it("keeps an input's own order where its append times step back", () => {
    const order = orderOver('a');
    order.offer('a', [record('a', 0, 1_250), record('a', 1, 1_010), record('a', 2, 1_400)]);
    expect(takeAll(order)).toEqual(['a@0', 'a@1']);
  });

  it('gives out what came after its span next, and forgets what waits of an input that is lost', () => {
    const order = orderOver('a', 'b');
    order.readTo('a', 5_000);
    order.readTo('b', 5_000);
    expect(takeAll(order)).toEqual([]);
    order.offer('a', [record('a', 0, 3_000)]);
    expect(takeAll(order)).toEqual(['a@0']);
    order.offer('b', [record('b', 0, 6_000)]);
    order.disown('b');
    order.readTo('a', 9_000);
    expect(takeAll(order)).toEqual([]);
  });

  it('does not depend on which input was read when, nor on how it was cut', () => {
    const log = fc
      .array(fc.integer({ min: 0, max: 12 * SPAN_MS }), { maxLength: 20 })
      .map((times) => times.sort((a, b) => a - b));
    const reads = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 6 })), { maxLength: 40 });
    fc.assert(
      fc.property(fc.record({ a: log, b: log, c: log }), reads, (logs, cuts) => {
        const readBy = (steps: readonly (readonly [string, number])[]): string[] => {
          const order = orderOver(...Object.keys(logs));
          const next: Record<string, number> = { a: 0, b: 0, c: 0 };
          const taken: string[] = [];
          for (const [input, count] of [...steps, ...Object.keys(logs).map((each) => [each, Infinity] as const)]) {
            const times = logs[input as 'a'];
            const from = next[input]!;
            next[input] = Math.min(times.length, from + count);
            order.offer(
              input,
              times.slice(from, next[input]).map((append_ts, i) => record(input, from + i, append_ts)),
            );
            if (next[input] === times.length) order.readTo(input, 1_000_000);
            taken.push(...takeAll(order));
          }
          return taken;
        };
        const appended = Object.entries(logs)
          .flatMap(([input, times]) => times.map((ts, position) => ({ ts, place: `${input}@${position}` })))
          .sort((one, other) => one.ts - other.ts);
        expect(readBy(cuts)).toEqual(appended.map(({ place }) => place));
      }),
    );
  });
});
