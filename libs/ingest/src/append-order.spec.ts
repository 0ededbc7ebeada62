import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InputId, LogRecord } from '#domain';
import { AppendOrder, SPAN_MS } from './append-order.js';

const record = (position: number, append_ts: number): LogRecord => ({
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
    for (const { input, records } of span) for (const { position } of records) taken.push(`${input}@${position}`);
  return taken;
};

describe('the order of append time over several inputs', () => {
  it('gives out a span only when every input has been read past it', () => {
    const order = orderOver('a', 'b');
    order.offer('a', [record(0, 1_010), record(1, 1_250)]);
    expect(takeAll(order)).toEqual([]);
    order.readTo('b', 1_099);
    expect(takeAll(order)).toEqual([]);
    order.readTo('b', 1_100);
    expect(takeAll(order)).toEqual(['a@0']);
    expect(order.takenUpTo).toBe(1_100);
  });

  it('follows within a span the names of the inputs, the journal last', () => {
    const order = orderOver('journal', 'live.view/0', 'live.cue/0');
    order.offer('live.view/0', [record(0, 1_001)]);
    order.offer('journal', [record(0, 1_000)]);
    order.offer('live.cue/0', [record(0, 1_090)]);
    for (const input of ['journal', 'live.view/0', 'live.cue/0']) order.readTo(input, 1_100);
    expect(takeAll(order)).toEqual(['live.cue/0@0', 'live.view/0@0', 'journal@0']);
  });

  it("keeps an input's own order where its append times step back", () => {
    const order = orderOver('a');
    order.offer('a', [record(0, 1_250), record(1, 1_010), record(2, 1_400)]);
    expect(takeAll(order)).toEqual(['a@0', 'a@1']);
  });

  it('gives out what came after its span next, and forgets what waits of an input that is lost', () => {
    const order = orderOver('a', 'b');
    order.readTo('a', 5_000);
    order.readTo('b', 5_000);
    expect(takeAll(order)).toEqual([]);
    order.offer('a', [record(0, 3_000)]);
    expect(takeAll(order)).toEqual(['a@0']);
    order.offer('b', [record(0, 6_000)]);
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
              times.slice(from, next[input]).map((append_ts, i) => record(from + i, append_ts)),
            );
            if (next[input] === times.length) order.readTo(input, 1_000_000);
            taken.push(...takeAll(order));
          }
          return taken;
        };
        const all = Object.values(logs).reduce((sum, times) => sum + times.length, 0);
        expect(readBy(cuts)).toEqual(readBy([]));
        expect(readBy([])).toHaveLength(all);
      }),
    );
  });
});
