import type { OrderType } from '#domain';
import type { WireEvent } from './oracle/wire.js';
import type { Random } from './random.js';
import type { FeedKind, SessionProfile } from './session-profile.js';

/** Rates of the sessions' second currencies; `EUR` has none. Chosen so that halves come up. */
export const SESSION_RATES = { 'USD/CNY': '7.125', 'JPY/CNY': '0.045' } as const;

const ITEMS = ['lamp', 'cup', 'Tee'] as const;
const SOURCES = ['recommend', 'follow', 'search', 'ad', 'share', 'unheard_of'] as const;

type Body = Omit<WireEvent, 'event_id' | 'stream_id' | 'ts'>;
type Line = Pick<Required<WireEvent>, 'order_id' | 'viewer_id' | 'item_id' | 'quantity' | 'amount_minor' | 'currency'> &
  Pick<WireEvent, 'source'>;

/** What happens in one stream from `startTs` (ms) on, in the order of `ts`, without its end. */
export const randomEvents = (
  random: Random,
  profile: SessionProfile,
  stream: { stream_id: string; feed: FeedKind; startTs: number; idPrefix: string },
): WireEvent[] => {
  const count = random.whole(profile.eventsPerStream.from, profile.eventsPerStream.to);
  const bodies = new RandomBodies(random, profile, stream.feed);
  const events: WireEvent[] = [];
  let ts = stream.startTs;
  while (events.length < count) {
    for (const body of bodies.next(events.length / count)) {
      ts = nextTs(random, profile, ts);
      // Ids in no order, so that ties by code unit differ from the order of coming.
      const event_id = `${random.pick(['a', 'Z', '_', '9', '-', '.', ':'])}${stream.idPrefix}${events.length}`;
      events.push({ event_id, stream_id: stream.stream_id, ts, ...body });
    }
  }
  return events;
};

const nextTs = (random: Random, profile: SessionProfile, ts: number): number => {
  if (random.chance(profile.gap)) return ts + random.whole(40_000, 240_000);
  if (random.chance(profile.tied)) return ts;
  if (random.chance(profile.onSecond)) return (Math.floor(ts / 1000) + random.whole(1, 2)) * 1000;
  return ts + random.whole(1, 900);
};

class RandomBodies {
  readonly #lines: Line[] = [];
  #orders = 0;

  constructor(
    private readonly random: Random,
    private readonly profile: SessionProfile,
    private readonly feed: FeedKind,
  ) {}

  /** One thing that happens, `progress` (0 to 1) through the stream: mostly one event, an order's lines together. */
  next(progress: number): Body[] {
    const { random } = this;
    const kind = random.weighted({ presence: 10, activity: 5, order: 4, cue: 2, start: progress < 0.1 ? 2 : 0.02 });
    switch (kind) {
      case 'presence':
        return [this.#presence(progress)];
      case 'activity':
        return [this.#activity()];
      case 'order':
        return this.#order();
      case 'cue':
        return [this.#cue()];
      case 'start':
        return [{ type: 'stream_started', title: `t${random.whole(1, 9)}`, ...this.#maybe({ currency: 'CNY' }) }];
    }
  }

  #presence(progress: number): Body {
    const { random, feed } = this;
    const viewer_id = this.#viewer();
    const count = (): Body => ({ type: 'online_count', count: random.whole(0, 12) });
    const enter = (): Body => ({
      type: 'enter',
      viewer_id,
      ...this.#maybe({ source: random.pick(SOURCES) }),
      ...this.#maybe({ returning: random.chance(0.5) }),
    });
    if (feed === 'reported') return count();
    if (feed === 'inferred') return random.chance(0.3) ? count() : enter();
    if (random.chance(this.profile.countsBeside)) return count();
    const beats = feed === 'heartbeats' ? 5 : feed === 'heartbeats_midway' && progress > 0.5 ? 5 : 0;
    const type = random.weighted({ enter: 4, leave: feed === 'heartbeats' ? 1 : 3, heartbeat: beats });
    return type === 'enter' ? enter() : { type, viewer_id };
  }

  #activity(): Body {
    const { random } = this;
    const viewer_id = this.#viewer();
    const type = random.pick([
      'danmaku',
      'like',
      'follow',
      'share',
      'group_join',
      'item_expose',
      'item_click',
    ] as const);
    switch (type) {
      case 'danmaku':
        return { type, viewer_id, text: '多少钱?' };
      case 'like':
        return { type, viewer_id, ...this.#maybe({ count: random.whole(1, 500) }) };
      case 'item_expose':
      case 'item_click':
        return { type, viewer_id, item_id: random.pick(ITEMS) };
      default:
        return { type, viewer_id };
    }
  }

  #order(): Body[] {
    const { random } = this;
    const known = this.#lines.length > 0 ? 1 : 0;
    if (known === 1 && random.chance(this.profile.orderRepeat))
      return [this.#ofLine('order_paid', random.pick(this.#lines))];
    const step = random.weighted({ create: 4, pay_at_once: 1, pay: 4 * known, cancel: known, refund: 2 * known });
    if (step === 'create') return this.#newLines().map((line) => this.#ofLine('order_created', line));
    if (step === 'pay_at_once') return this.#newLines().map((line) => this.#ofLine('order_paid', line));
    const { order_id } = random.pick(this.#lines);
    const lines = this.#lines.filter((line) => line.order_id === order_id);
    if (step === 'pay') return lines.map((line) => this.#ofLine('order_paid', line));
    if (step === 'cancel') return lines.map((line) => this.#ofLine('order_cancelled', line));
    const line = random.pick(lines);
    const amount_minor = random.whole(0, line.amount_minor);
    return [{ ...this.#ofLine('order_refunded', line), amount_minor }];
  }

  #newLines(): Line[] {
    const { random } = this;
    const order_id = `o${++this.#orders}`;
    const viewer_id = this.#viewer();
    const currency = random.weighted({ CNY: 8, USD: 2, JPY: 1, EUR: 1 });
    const source = this.#maybe({ source: random.pick(SOURCES) });
    const lines = ITEMS.slice(random.whole(0, 2)).map((item_id) => ({
      order_id,
      viewer_id,
      item_id,
      quantity: random.whole(1, 4),
      amount_minor: random.whole(1, 20_000),
      currency,
      ...source,
    }));
    this.#lines.push(...lines);
    return lines;
  }

  #ofLine(type: OrderType, line: Line): Body {
    return { type, ...line };
  }

  #cue(): Body {
    const { random } = this;
    const type = random.weighted({ item_presented: 5, item_withdrawn: 2, script_cue: 1 });
    const item_id = random.pick(ITEMS);
    if (type === 'script_cue') return { type, label: random.pick(['flash_sale', 'closing', 'hello']) };
    if (type === 'item_withdrawn') return { type, item_id };
    return {
      type,
      item_id,
      ...this.#maybe({ title: `${item_id} ${random.whole(1, 9)}` }),
      ...this.#maybe({ price_minor: random.whole(100, 9900) }),
      ...this.#maybe({ stock: random.whole(0, 50) }),
    };
  }

  #viewer(): string {
    return `v${this.random.whole(1, this.profile.viewers)}`;
  }

  #maybe<T extends object>(fields: T): T | object {
    return this.random.chance(0.6) ? fields : {};
  }
}
