import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestScheduler } from 'rxjs/testing';
import { DEFAULT_EVENT_TIME, type RecordBatch } from '#domain';
import type { WindowContext } from './folded.js';
import { step, type WindowState, type WindowStep } from './step.js';
import { danmaku, enter, leave, T0 } from './timeline.spec-kit.js';
import { windowed } from './window.operator.js';

const CONTEXT: WindowContext = { settings: DEFAULT_EVENT_TIME, rates: {} };

const batch = (position: number, ...bodies: RecordBatch['records'][number]['body'][]): RecordBatch => ({
  records: bodies.map((body, i) => ({ input: 'journal', position: position + i, append_ts: T0 + 1e6, body })),
});

/** Three batches of one room: an enter; what makes its first panes final; nothing at all. */
const BATCHES = { a: batch(0, enter('ann', 0.5)), b: batch(1, leave('ann', 2), danmaku('bob', 9)), c: batch(3) };

/** What the pure step says of these batches, one after the other. */
const steps = (): Record<'x' | 'y' | 'z', WindowStep> => {
  const state: WindowState = new Map();
  const [x, y, z] = [BATCHES.a, BATCHES.b, BATCHES.c].map((each) => structuredClone(step(state, each, CONTEXT)));
  return { x: x!, y: y!, z: z! };
};

describe('windowed', () => {
  let marbles: TestScheduler;
  beforeEach(() => {
    marbles = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  });

  it('emits what the step says, once a batch, at once and in order; an empty batch too', () =>
    marbles.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-(bc)-|', BATCHES);
      const expected = '     -x-(yz)-|';
      expectObservable(source.pipe(windowed(new Map(), CONTEXT))).toBe(expected, steps());
      expectSubscriptions(source.subscriptions).toBe('^-------!');
    }));

  it('completes with its source and emits nothing of its own then', () =>
    marbles.run(({ cold, expectObservable }) => {
      expectObservable(cold('a--|', BATCHES).pipe(windowed(new Map(), CONTEXT))).toBe('x--|', steps());
      expectObservable(cold<RecordBatch>('---|').pipe(windowed(new Map(), CONTEXT))).toBe('---|');
    }));

  it('passes on the error of its source after what came before it', () =>
    marbles.run(({ cold, expectObservable }) => {
      const failing = cold('a-#', BATCHES, new Error('the disk'));
      expectObservable(failing.pipe(windowed(new Map(), CONTEXT))).toBe('x-#', steps(), new Error('the disk'));
    }));

  it('errs when a batch cannot be applied, and lets go of its source', () =>
    marbles.run(({ cold, expectObservable, expectSubscriptions }) => {
      const unreadable: RecordBatch = { records: [null as never] };
      const source = cold('a-u-b', { ...BATCHES, u: unreadable });
      expectObservable(source.pipe(windowed(new Map(), CONTEXT))).toBe(
        'x-#',
        steps(),
        new TypeError("Cannot read properties of null (reading 'body')"),
      );
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }));

  it('lets go of its source when nobody listens any more; the state stands after the last batch emitted', () => {
    const state: WindowState = new Map();
    marbles.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('                                             a--b--c', BATCHES);
      expectObservable(source.pipe(windowed(state, CONTEXT)), '         --!').toBe('x', steps());
      expectSubscriptions(source.subscriptions).toBe('                  ^-!');
    });
    expect(state.get('room-1')!.applied).toBe(1);
  });
});
