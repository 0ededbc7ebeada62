import type { Source } from '#domain';
import { hazardPerS, meanStayS, PATIENCE_SIGMA, strikes } from './patience.js';
import type { Random } from './random.js';
import type { FaultKind, PresenceMode, SessionOptions, TrafficBurst } from './session-options.js';
import type { Happening, WireEventBody } from './wire-event.js';

/** One second `[from, to)` of the session, ms: the step in which everything is decided. */
export interface Tick {
  from: number;
  to: number;
}

/** Somebody in the room. */
export interface PresentViewer {
  readonly viewer_id: string;
  readonly source: Source;
  readonly returning: boolean;
  readonly entered_ts: number;
  /** Factor on the hazard of leaving. */
  readonly impatience: number;
  next_heartbeat_ts: number;
  /** Start of the last slot whose item this viewer has seen; `null` before the first. */
  exposed_from: number | null;
}

/** What each kind of feed reports. */
const REPORTED: Readonly<Record<PresenceMode, { enter: boolean; leave: boolean; heartbeat: boolean; count: boolean }>> =
  {
    leaves_and_heartbeats: { enter: true, leave: true, heartbeat: true, count: false },
    leaves_only: { enter: true, leave: true, heartbeat: false, count: false },
    heartbeats_only: { enter: true, leave: false, heartbeat: true, count: false },
    enters_and_counts: { enter: true, leave: false, heartbeat: false, count: true },
    counts_only: { enter: false, leave: false, heartbeat: false, count: true },
  };

/** Followers and groups wait for the start: this share of the room comes within the first seconds. */
const OPENING = { seconds: 8, share: 0.7, mix: { follow: 4, group: 2, recommend: 4 } } as const;
/** Where heartbeats would notice, this share of viewers vanishes without a `leave` (a tunnel, an empty battery). */
const VANISHING_SHARE = 0.02;
/** This share of arrivals was here before, and is one of the last {@link GONE_KEPT} who left. */
const COMEBACK_SHARE = 0.08;
const GONE_KEPT = 4_096;
/** In an exodus each viewer is lost with this hazard, whoever it is. */
const EXODUS_PER_S = 0.02;
/** In a raid so many come in a second for each viewer of the room. */
const RAID_JOINS_PER_S = 0.01;
/** Arrivals settle against stays counted to this horizon. */
const STAY_HORIZON_S = 1_800;

const RETURNING_SHARE: Readonly<Record<Source, number>> = {
  recommend: 0.06,
  follow: 0.9,
  search: 0.2,
  short_video: 0.1,
  ad: 0.04,
  share: 0.15,
  group: 0.8,
  other: 0.1,
};
const DEVICES = { android: 58, ios: 36, pad: 4, web: 2 } as const;
const REGIONS = {
  广东: 12,
  浙江: 9,
  江苏: 9,
  山东: 8,
  四川: 7,
  河南: 7,
  湖北: 5,
  福建: 5,
  上海: 4,
  北京: 4,
  其他: 30,
} as const;

/**
 * The people in the room: who comes, who goes, and what the feed tells of it.
 * Memory follows the viewers present, never the length of the session.
 */
export class Audience {
  readonly present: PresentViewer[] = [];
  readonly #options: SessionOptions;
  readonly #random: Random;
  readonly #joinsPerS: number;
  /** Slow waves in mood (leaving) and in what the platform sends (arriving), logarithms around 0. */
  readonly #mood = new SlowWave(300, 0.15);
  readonly #traffic = new SlowWave(240, 0.2);
  readonly #gone: { viewer_id: string; source: Source; returning: boolean }[] = [];
  #goneNext = 0;
  #born = 0;

  constructor(options: SessionOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#joinsPerS = options.online / meanStayS(options.source_mix, Math.min(STAY_HORIZON_S, options.duration_s));
  }

  /** Lives through one second, everybody's hazard of leaving multiplied by `hazardRatio`; in an exodus some are lost besides, in a raid many come at once. Adds what the feed reports to `out`. */
  advance(tick: Tick, hazardRatio: number, fault: FaultKind | null, out: Happening[]): void {
    // One draw a second for the whole room: real leaves cluster, and scatter more than a Poisson count.
    const common = hazardRatio * Math.exp(this.#mood.next(this.#random)) * this.#random.logNormal(0.15);
    const left: PresentViewer[] = [];
    this.#leaveOrStay(tick, common, fault === 'exodus' ? EXODUS_PER_S : 0, left, out);
    this.#arrive(tick, common, fault === 'raid', left, out);
    // Only now may they come back: nobody returns before having left.
    for (const viewer of left) this.#remember(viewer);
    this.#report(tick, out);
  }

  #leaveOrStay(tick: Tick, common: number, lostPerS: number, left: PresentViewer[], out: Happening[]): void {
    for (let i = this.present.length - 1; i >= 0; i--) {
      const viewer = this.present[i] as PresentViewer;
      const own = hazardPerS(viewer.source, (tick.from - viewer.entered_ts) / 1000) * viewer.impatience * common;
      const hazard = own + lostPerS;
      const leaves = strikes(hazard, this.#random.next());
      const until = leaves ? this.#random.integer(tick.from, tick.to) : tick.to;
      this.#beat(viewer, until, out);
      if (!leaves) continue;
      this.#leave(viewer, until, left, out);
      this.present[i] = this.present[this.present.length - 1] as PresentViewer;
      this.present.pop();
    }
  }

  #arrive(tick: Tick, common: number, raid: boolean, left: PresentViewer[], out: Happening[]): void {
    const { source_mix, start_ts, online } = this.#options;
    const elapsedS = (tick.from - start_ts) / 1000;
    this.#admit(this.#joinsPerS * Math.exp(this.#traffic.next(this.#random)), source_mix, 1, tick, common, left, out);
    if (elapsedS < OPENING.seconds)
      this.#admit((online * OPENING.share) / OPENING.seconds, OPENING.mix, 1, tick, common, left, out);
    if (raid) this.#admit(online * RAID_JOINS_PER_S, { share: 1 }, 1, tick, common, left, out);
    for (const burst of this.#options.bursts)
      if (isOn(burst, elapsedS))
        this.#admit(burst.joins_per_s, { [burst.source]: 1 }, burst.hazard_ratio, tick, common, left, out);
  }

  #admit(
    joinsMean: number,
    mix: Readonly<Partial<Record<Source, number>>>,
    impatience: number,
    tick: Tick,
    common: number,
    left: PresentViewer[],
    out: Happening[],
  ): void {
    for (let joins = this.#random.poisson(joinsMean); joins > 0; joins--) {
      const viewer = this.#newcomer(mix, impatience, this.#random.integer(tick.from, tick.to));
      if (this.#reports.enter) out.push({ ts: viewer.entered_ts, body: this.#enterOf(viewer) });
      const restS = (tick.to - 1 - viewer.entered_ts) / 1000;
      const hazard = hazardPerS(viewer.source, 0) * viewer.impatience * common * restS;
      if (strikes(hazard, this.#random.next()))
        this.#leave(viewer, this.#random.integer(viewer.entered_ts + 1, tick.to), left, out);
      else this.present.push(viewer);
    }
  }

  #newcomer(mix: Readonly<Partial<Record<Source, number>>>, impatience: number, ts: number): PresentViewer {
    const known = this.#random.chance(COMEBACK_SHARE) ? this.#takeGone() : undefined;
    const source = this.#random.weighted(mix);
    return {
      viewer_id: known?.viewer_id ?? `u${this.#options.seed.toString(36)}.${(this.#born++).toString(36)}`,
      source,
      returning: known?.returning ?? this.#random.chance(RETURNING_SHARE[source]),
      entered_ts: ts,
      impatience: impatience * this.#random.logNormal(PATIENCE_SIGMA),
      next_heartbeat_ts: ts + this.#options.heartbeat_s * 1000,
      exposed_from: null,
    };
  }

  #enterOf({ viewer_id, source, returning }: PresentViewer): WireEventBody {
    const device = this.#random.weighted(DEVICES);
    return { type: 'enter', viewer_id, source, returning, device, region: this.#random.weighted(REGIONS) };
  }

  #leave(viewer: PresentViewer, ts: number, left: PresentViewer[], out: Happening[]): void {
    left.push(viewer);
    const vanishes = this.#reports.heartbeat && this.#random.chance(VANISHING_SHARE);
    if (this.#reports.leave && !vanishes) out.push({ ts, body: { type: 'leave', viewer_id: viewer.viewer_id } });
  }

  #beat(viewer: PresentViewer, until: number, out: Happening[]): void {
    if (!this.#reports.heartbeat || viewer.next_heartbeat_ts >= until) return;
    out.push({ ts: viewer.next_heartbeat_ts, body: { type: 'heartbeat', viewer_id: viewer.viewer_id } });
    viewer.next_heartbeat_ts += this.#options.heartbeat_s * 1000;
  }

  #report(tick: Tick, out: Happening[]): void {
    const elapsedS = (tick.to - this.#options.start_ts) / 1000;
    if (this.#reports.count && elapsedS % this.#options.online_count_s === 0)
      out.push({ ts: tick.to - 1, body: { type: 'online_count', count: this.present.length } });
  }

  /** The last who left, in a ring. */
  #remember({ viewer_id, source, returning }: PresentViewer): void {
    this.#gone[this.#goneNext] = { viewer_id, source, returning };
    this.#goneNext = (this.#goneNext + 1) % GONE_KEPT;
  }

  #takeGone(): { viewer_id: string; source: Source; returning: boolean } | undefined {
    if (this.#gone.length === 0) return undefined;
    const index = this.#random.integer(0, this.#gone.length);
    const viewer = this.#gone[index];
    const last = this.#gone.pop();
    if (last !== undefined && index < this.#gone.length) this.#gone[index] = last;
    this.#goneNext = this.#gone.length % GONE_KEPT;
    return viewer;
  }

  get #reports(): (typeof REPORTED)[PresenceMode] {
    return REPORTED[this.#options.presence];
  }
}

const isOn = (burst: TrafficBurst, elapsedS: number): boolean =>
  burst.from_s <= elapsedS && elapsedS < burst.from_s + burst.seconds;

/** An autoregressive wave around 0, one step a second: it forgets in `memoryS` seconds and strays by `sigma`. */
class SlowWave {
  readonly #keep: number;
  readonly #push: number;
  #value = 0;

  constructor(memoryS: number, sigma: number) {
    this.#keep = Math.exp(-1 / memoryS);
    this.#push = sigma * Math.sqrt(1 - this.#keep ** 2);
  }

  next(random: Random): number {
    this.#value = this.#keep * this.#value + this.#push * random.normal();
    return this.#value;
  }
}
