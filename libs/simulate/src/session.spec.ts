import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ORDER_TYPES, type OrderType } from '#domain';
import { IN_ORDER } from './disorder.js';
import { deliverSession, labelsOf, rundownOf, simulateSession } from './session.js';
import { DEFAULT_SESSION, PRESENCE_MODES, type FaultKind, type SessionOptions } from './session-options.js';
import type { WireEvent } from './wire-event.js';

const small: SessionOptions = { ...DEFAULT_SESSION, duration_s: 300, online: 60 };

const sessions = fc.record({
  seed: fc.integer({ min: 0, max: 0x7fff_ffff }),
  duration_s: fc.integer({ min: 1, max: 240 }),
  online: fc.integer({ min: 1, max: 80 }),
  heartbeat_s: fc.integer({ min: 1, max: 30 }),
  presence: fc.constantFrom(...PRESENCE_MODES),
  effects: fc.array(
    fc.record({
      from_s: fc.integer({ min: 0, max: 300 }),
      seconds: fc.integer({ min: 1, max: 60 }),
      hazard_ratio: fc.double({ min: 1, max: 5, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
});

const forSessions = (law: (options: SessionOptions, events: WireEvent[]) => void): void =>
  fc.assert(
    fc.property(sessions, (chosen) => {
      const options = { ...small, ...chosen };
      law(options, [...simulateSession(options)]);
    }),
    { numRuns: 40, seed: 20_260_101 },
  );

const of = <T extends WireEvent['type']>(events: WireEvent[], ...types: T[]) =>
  events.filter((event): event is Extract<WireEvent, { type: T }> => (types as string[]).includes(event.type));

describe('a simulated session', () => {
  it('is the same, byte for byte, for the same options', () => {
    forSessions((options, events) =>
      expect(JSON.stringify([...simulateSession({ ...options })])).toBe(JSON.stringify(events)),
    );
  });

  it('says what fails while it fails, pays hardly anything while the checkout does, and tells the truth about both', () => {
    const faults = [
      { kind: 'picture', from_s: 60, seconds: 60 },
      { kind: 'checkout', from_s: 150, seconds: 100 },
    ] as const;
    const options: SessionOptions = { ...small, online: 2_000, faults };
    const second = (ts: number): number => (ts - options.start_ts) / 1000;
    const labels = labelsOf(options).filter(({ kind }) => kind.endsWith('_fault'));
    expect(labels.map(({ kind, from, to }) => [kind, second(from), second(to)])).toEqual([
      ['picture_fault', 60, 120],
      ['checkout_fault', 150, 250],
    ]);
    const events = [...simulateSession(options)];
    const stutters = of(events, 'danmaku').filter(({ text }) => text.includes('卡了'));
    expect(stutters.length).toBeGreaterThan(5);
    expect(stutters.every(({ ts }) => second(ts) >= 60 && second(ts) < 120)).toBe(true);
    const paidShare = (of_events: WireEvent[], from: number, to: number): number => {
      const created = of(of_events, 'order_created').filter(({ ts }) => second(ts) >= from && second(ts) < to);
      const paid = new Set(of(of_events, 'order_paid').map(({ order_id }) => order_id));
      return created.filter(({ order_id }) => paid.has(order_id)).length / created.length;
    };
    expect(paidShare(events, 150, 240)).toBeLessThan(0.15);
    expect(paidShare([...simulateSession({ ...options, faults: [] })], 150, 240)).toBeGreaterThan(0.6);
  });

  describe('does what a fault says, while it lasts', () => {
    const [FROM_S, SECONDS] = [120, 60];
    const options: SessionOptions = { ...small, online: 2_000, presence: 'leaves_only' };
    const during = (events: readonly WireEvent[], ...types: WireEvent['type'][]): WireEvent[] =>
      events.filter(({ type, ts }) => {
        const second = (ts - options.start_ts) / 1000;
        return types.includes(type) && second >= FROM_S && second < FROM_S + SECONDS;
      });
    const play = (kind: FaultKind): WireEvent[] => [
      ...simulateSession({ ...options, faults: [{ kind, from_s: FROM_S, seconds: SECONDS }] }),
    ];
    const calm = [...simulateSession(options)];
    /** How many events of a type there are while the fault lasts, for each without it. */
    const times = (kind: FaultKind, type: WireEvent['type']): number =>
      during(play(kind), type).length / during(calm, type).length;

    it('link: clicked as before, hardly ordered', () => {
      expect(times('link', 'item_click')).toBeGreaterThan(0.7);
      expect(times('link', 'order_created')).toBeLessThan(0.4);
    });

    it('refunds: far more is sent back, of what was paid', () => {
      const events = play('refunds');
      const paid = new Set(of(events, 'order_paid').map(({ order_id }) => order_id));
      expect(during(events, 'order_refunded').length).toBeGreaterThan(20);
      expect(of(events, 'order_refunded').every(({ order_id }) => paid.has(order_id))).toBe(true);
    });

    it('bots: they come, do nothing, and go', () => {
      const bots = play('bots').filter((event) => 'viewer_id' in event && event.viewer_id.startsWith('b'));
      expect(during(bots, 'enter').length).toBeGreaterThan(1_000);
      expect([...new Set(bots.map(({ type }) => type))].sort()).toEqual(['enter', 'leave']);
    });

    it('made_orders: created and paid by nobody who ever entered', () => {
      const events = play('made_orders');
      const entered = new Set(of(events, 'enter').map(({ viewer_id }) => viewer_id));
      const made = of(events, 'order_created').filter(({ viewer_id }) => !entered.has(viewer_id));
      expect(made.length).toBeGreaterThan(20);
      expect(made.every((line) => !Object.hasOwn(line, 'source'))).toBe(true);
    });

    it('exodus: most of the room is lost; raid: many come of one source; view_lost: nothing of the view feed arrives', () => {
      expect(times('exodus', 'leave')).toBeGreaterThan(1.6);
      const raiders = during(play('raid'), 'enter') as Extract<WireEvent, { type: 'enter' }>[];
      expect(raiders.filter(({ source }) => source === 'share').length).toBeGreaterThan(800);
      expect(during(play('view_lost'), 'enter', 'leave', 'like', 'item_expose', 'item_click')).toEqual([]);
      expect(times('view_lost', 'danmaku')).toBeGreaterThan(0.5);
    });

    it('view_stalled: the view feed holds what it has until it is back; nothing is lost, and no other feed waits', () => {
      const faults = [{ kind: 'view_stalled', from_s: FROM_S, seconds: SECONDS }] as const;
      const stalled = { ...options, faults };
      const [from, to] = [FROM_S, FROM_S + SECONDS].map((s) => options.start_ts + s * 1000) as [number, number];
      const deliveries = [...deliverSession(stalled, IN_ORDER)];
      const arrivals = (of: readonly string[]) =>
        deliveries.filter(({ event, arrival_ts }) => of.includes(event.type) && arrival_ts >= from && arrival_ts < to);
      expect(arrivals(['enter', 'leave', 'heartbeat', 'like', 'item_expose'])).toEqual([]);
      expect(arrivals(['danmaku']).length).toBeGreaterThan(10);
      expect(deliveries.filter(({ arrival_ts }) => arrival_ts === to).length).toBeGreaterThan(100);
      expect(deliveries.map(({ event }) => event.event_id).sort()).toEqual(
        [...simulateSession(stalled)].map(({ event_id }) => event_id).sort(),
      );
    });

    it('host_change: viewers leave a third faster, and the label says so', () => {
      const faults = [{ kind: 'host_change', from_s: FROM_S, seconds: SECONDS }] as const;
      expect(labelsOf({ ...options, faults }).find(({ kind }) => kind === 'host_change_fault')?.ratio).toBe(1.33);
      expect(times('host_change', 'leave')).toBeGreaterThan(1.1);
    });
  });

  it('is another one for another seed', () => {
    const texts = [1, 2, 3].map((seed) => JSON.stringify([...simulateSession({ ...small, seed })]));
    expect(new Set(texts).size).toBe(3);
  });

  it('runs from stream_started to stream_ended, ts never going back, all of it before the end', () => {
    forSessions(({ start_ts, duration_s }, events) => {
      expect(events[0]).toMatchObject({ type: 'stream_started', ts: start_ts });
      expect(events.at(-1)).toMatchObject({ type: 'stream_ended', ts: start_ts + duration_s * 1000 });
      expect(events.filter(({ ts }, i) => ts < (events[i - 1]?.ts ?? start_ts))).toEqual([]);
      expect(events.slice(0, -1).filter(({ ts }) => ts >= start_ts + duration_s * 1000)).toEqual([]);
    });
  });

  it('gives every event an id of its own', () => {
    forSessions((_, events) => expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length));
  });

  it('lets nobody leave who is not there, and nobody act before entering', () => {
    forSessions((options, events) => {
      if (options.presence === 'counts_only') return;
      const seen = new Set<string>();
      const present = new Set<string>();
      const impossible: WireEvent[] = [];
      for (const event of events) {
        if (!('viewer_id' in event)) continue;
        const { type, viewer_id } = event;
        if (type === 'enter') {
          seen.add(viewer_id);
          present.add(viewer_id);
        }
        const mustBePresent = type === 'leave' || type === 'heartbeat';
        if (!(mustBePresent ? present : seen).has(viewer_id)) impossible.push(event);
        if (type === 'leave') present.delete(viewer_id);
      }
      expect(impossible).toEqual([]);
    });
  });

  it('tells of presence what its mode says, and no more', () => {
    const told = (presence: SessionOptions['presence']) => {
      const events = [...simulateSession({ ...small, presence })];
      return (['enter', 'leave', 'heartbeat', 'online_count'] as const).filter((type) => of(events, type).length > 0);
    };
    expect(told('leaves_and_heartbeats')).toEqual(['enter', 'leave', 'heartbeat']);
    expect(told('leaves_only')).toEqual(['enter', 'leave']);
    expect(told('heartbeats_only')).toEqual(['enter', 'heartbeat']);
    expect(told('enters_and_counts')).toEqual(['enter', 'online_count']);
    expect(told('counts_only')).toEqual(['online_count']);
  });

  it('follows each order through its life: created, then paid or cancelled, refunded only when paid', () => {
    const lives = new Map<string, string[]>();
    const events = [...simulateSession({ ...small, online: 2_000, duration_s: 900 })];
    for (const event of of(events, ...ORDER_TYPES))
      lives.set(event.order_id, [...new Set([...(lives.get(event.order_id) ?? []), event.type])]);
    const endings = new Set([...lives.values()].map((steps) => steps.join(' ')));
    expect([...endings].sort()).toEqual([
      'order_created',
      'order_created order_cancelled',
      'order_created order_paid',
      'order_created order_paid order_refunded',
    ]);
  });

  it('sells no more of an item than its stock', () => {
    const items = DEFAULT_SESSION.items.map((item) => ({ ...item, stock: 3 }));
    const events = [...simulateSession({ ...small, items, online: 2_000, duration_s: 900 })];
    const lines = of(events, ...ORDER_TYPES);
    for (const { item_id } of items) {
      const units = (type: OrderType): number =>
        lines
          .filter((line) => line.item_id === item_id && line.type === type)
          .reduce((sum, { quantity }) => sum + quantity, 0);
      expect(units('order_created') - units('order_cancelled')).toBeLessThanOrEqual(3);
    }
  });

  it('fills the room to about the number asked for', () => {
    const online = 1_000;
    const filled = [1, 2, 3, 4].map((seed) => {
      const events = [...simulateSession({ ...small, seed, online, duration_s: 900, presence: 'leaves_only' })];
      return of(events, 'enter').length - of(events, 'leave').length;
    });
    const mean = filled.reduce((sum, present) => sum + present, 0) / filled.length;
    expect(mean / online).toBeGreaterThan(0.75);
    expect(mean / online).toBeLessThan(1.25);
  });

  it('puts every label inside the session, and a drop-off inside a presentation of its item', () => {
    forSessions((options) => {
      const end = options.start_ts + options.duration_s * 1000;
      for (const label of labelsOf(options)) {
        expect(label.from).toBeGreaterThanOrEqual(options.start_ts);
        expect(label.from).toBeLessThan(label.to);
        expect(label.to).toBeLessThanOrEqual(end);
        if (label.kind !== 'dropoff') continue;
        const slot = rundownOf(options).slots.find(({ from, to }) => from <= label.from && label.to <= to);
        expect(slot).toMatchObject({ kind: 'present', item: { item_id: label.item_id } });
      }
    });
  });

  it('makes viewers leave about as much faster as the label says, while the audience is still the same', () => {
    const effects = [{ from_s: 150, seconds: 10, hazard_ratio: 3 }];
    const leavesIn = (options: SessionOptions): number => {
      const [label] = labelsOf({ ...options, effects });
      return of([...simulateSession(options)], 'leave').filter(
        ({ ts }) => label !== undefined && ts >= label.from && ts < label.to,
      ).length;
    };
    const options = { ...small, online: 3_000 };
    const ratio = leavesIn({ ...options, effects }) / leavesIn(options);
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(3.4);
  });

  it('presents an item as often as the script does, the script starting again from its top', () => {
    const script = [
      { kind: 'present', item_id: 'nut-box', seconds: 60 } as const,
      { kind: 'talk', seconds: 10 } as const,
    ];
    const slots = rundownOf({ ...small, script }).slots;
    expect(slots.filter(({ kind }) => kind === 'present').length).toBeGreaterThanOrEqual(4);
  });
});
