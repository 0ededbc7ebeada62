import type { Tick } from './audience.js';
import type { Random } from './random.js';
import type { SessionOptions } from './session-options.js';
import type { Happening } from './wire-event.js';

/** Bots come at so many a second for each thousand viewers of the room, and stay for so long. */
const JOINS_PER_S_PER_THOUSAND = 20;
const STAY_S = { least: 60, most: 240 };

/** Viewers who are no people: they come, do nothing at all, and go. The platform's own count leaves them out. */
export class Bots {
  readonly #options: SessionOptions;
  readonly #random: Random;
  readonly #present: { viewer_id: string; until: number; next_heartbeat_ts: number }[] = [];
  #born = 0;

  constructor(options: SessionOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Lives through one second; more come while `coming`. */
  advance(tick: Tick, coming: boolean, out: Happening[]): void {
    const { presence, online } = this.#options;
    if (presence === 'counts_only') return;
    this.#stayOrGo(tick, out);
    if (!coming) return;
    for (let joins = this.#random.poisson((online / 1_000) * JOINS_PER_S_PER_THOUSAND); joins > 0; joins--) {
      const viewer_id = `b${this.#options.seed.toString(36)}.${(this.#born++).toString(36)}`;
      const ts = this.#random.integer(tick.from, tick.to);
      const until = ts + 1000 * this.#random.integer(STAY_S.least, STAY_S.most);
      this.#present.push({ viewer_id, until, next_heartbeat_ts: ts + this.#options.heartbeat_s * 1000 });
      const body = { viewer_id, source: 'recommend', returning: false, device: 'android', region: '其他' } as const;
      out.push({ ts, body: { type: 'enter', ...body } });
    }
  }

  #stayOrGo(tick: Tick, out: Happening[]): void {
    const { presence, heartbeat_s } = this.#options;
    const beats = presence === 'leaves_and_heartbeats' || presence === 'heartbeats_only';
    const says = presence === 'leaves_and_heartbeats' || presence === 'leaves_only';
    for (let i = this.#present.length - 1; i >= 0; i--) {
      const bot = this.#present[i]!;
      const { viewer_id, until } = bot;
      if (beats && bot.next_heartbeat_ts < Math.min(tick.to, until)) {
        out.push({ ts: bot.next_heartbeat_ts, body: { type: 'heartbeat', viewer_id } });
        bot.next_heartbeat_ts += heartbeat_s * 1000;
      }
      if (until >= tick.to) continue;
      if (says) out.push({ ts: until, body: { type: 'leave', viewer_id } });
      this.#present[i] = this.#present[this.#present.length - 1]!;
      this.#present.pop();
    }
  }
}
