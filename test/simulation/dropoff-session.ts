import {
  emptyPane,
  emptySourceCounts,
  SOURCES,
  TENURE_BAND_EDGES_S,
  TENURE_BANDS,
  tenureBand,
  type Moment,
  type OnAir,
  type Source,
} from '#domain';
import { Chance } from './dropoff-chance.js';

/** Panes begin here: any time will do. */
const EPOCH_MS = 1_700_000_000_000;
/** Seconds before the first pane in which the room fills, so that it does not open empty. */
const FILLING_S = 600;

export type AudienceKind = 'brisk' | 'patient';

/** What a session is made of; the same scenario gives the same session. */
export interface Scenario {
  seed: number;
  /** Viewers online on average. */
  audience: number;
  seconds: number;
  /** Times as fast as else everybody leaves while an effect lasts; `null`: a stream without effect. */
  effect: { ratio: number; seconds: number } | null;
  /** Does the feed say where viewers come from? */
  names_source: boolean;
  /** `brisk`: viewers stay for about a minute on average, as most rooms have it; `patient`: for more than four. */
  audience_kind: AudienceKind;
  /** By wire: the feed tells who comes and how many are there, but not who goes. */
  inferred?: boolean;
}

/** A time in which viewers left faster than they should: seconds from the first pane, `[from_s, to_s)`. */
export interface Label {
  from_s: number;
  to_s: number;
}

export interface Session {
  /** Start of the first pane, ms. */
  start_ts: number;
  moments: Moment[];
  labels: Label[];
  /** Leaves of each pane as they would be without effect, of those who are really there: what nobody outside can know. `null`: not known. */
  true_expectation: Float64Array | null;
}

/**
 * Hazard of leaving per second of a usual viewer: `floor + (peak − floor) · e^(−√(tenure / scale))`. Each viewer's own is
 * this times a log-normal factor, so that the audience's falls faster than anybody's: the impatient are gone first.
 */
const PATIENCE: Readonly<Record<Source, { peak: number; scale_s: number; floor: number }>> = {
  recommend: { peak: 0.12, scale_s: 6, floor: 0.002 },
  follow: { peak: 0.025, scale_s: 12, floor: 0.001 },
  search: { peak: 0.05, scale_s: 8, floor: 0.0016 },
  short_video: { peak: 0.1, scale_s: 6, floor: 0.002 },
  ad: { peak: 0.25, scale_s: 6, floor: 0.003 },
  share: { peak: 0.06, scale_s: 8, floor: 0.0016 },
  group: { peak: 0.02, scale_s: 12, floor: 0.001 },
  other: { peak: 0.08, scale_s: 8, floor: 0.002 },
};
const OWN_PATIENCE_SIGMA = 0.7;
/** Hazards are tabulated to this tenure, in seconds, and flat after it. */
const TABLE_S = 1_200;
type Hazards = Readonly<Record<Source, Float64Array>>;
const hazardsOf = (times: { peak: number; floor: number }): Hazards =>
  Object.fromEntries(
    Object.entries(PATIENCE).map(([source, patience]) => {
      const [peak, floor] = [patience.peak * times.peak, patience.floor * times.floor];
      const at = (s: number) => floor + (peak - floor) * Math.exp(-Math.sqrt(s / patience.scale_s));
      return [source, Float64Array.from({ length: TABLE_S }, (_, s) => at(s))];
    }),
  ) as Record<Source, Float64Array>;
const HAZARDS: Readonly<Record<AudienceKind, Hazards>> = {
  patient: hazardsOf({ peak: 1, floor: 1 }),
  brisk: hazardsOf({ peak: 2, floor: 4.5 }),
};
const ARRIVALS: Readonly<Record<Source, number>> = {
  recommend: 0.5,
  follow: 0.1,
  search: 0.08,
  short_video: 0.15,
  ad: 0.05,
  share: 0.05,
  group: 0.03,
  other: 0.04,
};

interface Presented {
  from_s: number;
  to_s: number;
}
interface Lottery {
  start_s: number;
  end_s: number;
}

/** Plays a scenario, second by second, straight into panes. */
export const playSession = (scenario: Scenario): Session => {
  const script = new Chance(scenario.seed, 'script');
  const presented = presentations(script, scenario.seconds);
  const lotteries = lotteriesOf(script, scenario.seconds);
  const labels =
    scenario.effect === null ? [] : effects(script, presented, lotteries, scenario.effect.seconds, scenario.seconds);
  const broken_s = brokenFeed(script, scenario.seconds, labels);
  const calm = restlessness(scenario, presented, lotteries);
  const restless = withEffects(calm, scenario, labels);
  const panes = emptyPanes(scenario);
  const true_expectation = new Float64Array(scenario.seconds);
  admit(scenario, { calm, restless }, broken_s, panes, true_expectation);
  settle(panes);
  const moments = panes.map((pane, s) => moment(pane, s, presented, lotteries));
  return { start_ts: EPOCH_MS, moments, labels, true_expectation };
};

const presentations = (chance: Chance, seconds: number): Presented[] => {
  const all: Presented[] = [];
  for (let from_s = 30; from_s < seconds;) {
    const to_s = from_s + chance.integer(150, 420);
    all.push({ from_s, to_s });
    from_s = to_s;
  }
  return all;
};

const lotteriesOf = (chance: Chance, seconds: number): Lottery[] => {
  const all: Lottery[] = [];
  for (let start_s = chance.integer(400, 1400); start_s + 300 < seconds; start_s += chance.integer(900, 1800)) {
    all.push({ start_s, end_s: start_s + chance.integer(60, 180) });
  }
  return all;
};

/** Some presentations have an effect within them, clear of warm-up, handover and giveaways. */
const effects = (
  chance: Chance,
  presented: readonly Presented[],
  lotteries: readonly Lottery[],
  effect_s: number,
  seconds: number,
): Label[] =>
  presented.flatMap(({ from_s, to_s }) => {
    const latest_s = Math.min(to_s, seconds) - effect_s - 5;
    if (from_s < 300 || latest_s <= from_s + 25 || chance.next() < 0.25) return [];
    const at_s = chance.integer(from_s + 25, latest_s);
    const label = { from_s: at_s, to_s: at_s + effect_s };
    return lotteries.some(({ start_s, end_s }) => at_s < end_s + 60 && label.to_s > start_s) ? [] : [label];
  });

/** In one session of three the view feed stands still for a while, and then delivers all at once. */
const brokenFeed = (chance: Chance, seconds: number, labels: readonly Label[]): Label | null => {
  const from_s = chance.integer(600, seconds - 200);
  const broken = { from_s, to_s: from_s + chance.integer(15, 60) };
  const isClear = labels.every((label) => broken.to_s + 90 < label.from_s || broken.from_s > label.to_s + 30);
  return chance.next() < 1 / 3 && isClear ? broken : null;
};

/** Factor on every viewer's hazard in each second: mood, handovers, giveaways, and noise shared by all. */
const restlessness = (
  { seed, seconds }: Scenario,
  presented: readonly Presented[],
  lotteries: readonly Lottery[],
): Float64Array => {
  const chance = new Chance(seed, 'mood');
  const factors = new Float64Array(FILLING_S + seconds);
  // Mood: an Ornstein-Uhlenbeck walk of the logarithm, deviation 0.2, correlated over about five minutes.
  const memory = Math.exp(-1 / 300);
  let mood = 0.2 * chance.normal();
  for (let i = 0; i < factors.length; i++) {
    mood = mood * memory + 0.2 * Math.sqrt(1 - memory * memory) * chance.normal();
    factors[i] = Math.exp(mood + 0.12 * chance.normal());
  }
  const scale = (from_s: number, to_s: number, factor: (s: number) => number) => {
    for (let s = Math.max(from_s, 0); s < Math.min(to_s, seconds); s++) factors[FILLING_S + s]! *= factor(s - from_s);
  };
  for (const { from_s } of presented) scale(from_s, from_s + 8, () => 1.4);
  for (const { start_s, end_s } of lotteries) {
    scale(start_s, end_s, () => 0.6);
    scale(end_s, end_s + 60, (s) => 1 + 1.5 * Math.exp(-s / 10));
  }
  return factors;
};

const withEffects = (calm: Float64Array, { effect }: Scenario, labels: readonly Label[]): Float64Array => {
  const factors = calm.slice();
  for (const { from_s, to_s } of labels) for (let s = from_s; s < to_s; s++) factors[FILLING_S + s]! *= effect!.ratio;
  return factors;
};

const emptyPanes = ({ seconds, seed }: Scenario) =>
  Array.from({ length: seconds }, (_, s) => emptyPane(`sim-${seed}`, EPOCH_MS + s * 1000));

type Panes = ReturnType<typeof emptyPanes>;

/** Factors on every hazard, by second from the filling on: as they would be without effect, and as they are. */
interface Mood {
  calm: Float64Array;
  restless: Float64Array;
}

/** Lets viewers in, second by second and source by source. */
const admit = (scenario: Scenario, mood: Mood, broken: Label | null, panes: Panes, expectation: Float64Array): void => {
  const rates = arrivalRates(scenario);
  const chance = new Chance(scenario.seed, 'viewers');
  const hazards = HAZARDS[scenario.audience_kind];
  for (let i = 0; i < mood.restless.length; i++) {
    for (const [s, source] of SOURCES.entries()) {
      for (let n = chance.poisson(rates[s]![i]!); n > 0; n--) {
        const enter = held(i - FILLING_S, broken);
        const leave = held(leavesAt(chance, hazards[source], i, mood, expectation) - FILLING_S, broken);
        count(panes, scenario.names_source ? source : 'other', enter, leave);
      }
    }
  }
};

/** The second in which the room's restlessness has used up a viewer's patience, or the one after the last. */
const leavesAt = (
  chance: Chance,
  hazards: Float64Array,
  enter: number,
  { calm, restless }: Mood,
  expectation: Float64Array,
): number => {
  const own = Math.exp(OWN_PATIENCE_SIGMA * chance.normal());
  // Somebody who comes in the middle of a second is exposed to the rest of it only.
  const patience = chance.exponential() / own;
  const absent = chance.next();
  let left = patience + absent * restless[enter]! * hazards[0]!;
  let at = enter;
  for (; at < restless.length; at++) {
    const hazard = hazards[Math.min(TABLE_S - 1, at - enter)]!;
    const exposure = at === enter ? 1 - absent : 1;
    if (at >= FILLING_S) expectation[at - FILLING_S]! += 1 - Math.exp(-own * exposure * calm[at]! * hazard);
    left -= restless[at]! * hazard;
    if (left < 0) break;
  }
  return at;
};

/** What happens while the feed is broken arrives when it is back. */
const held = (s: number, broken: Label | null): number =>
  broken !== null && s >= broken.from_s && s < broken.to_s ? broken.to_s : s;

/** Arrivals per second by source: steady, wandering a little, with bursts of paid and recommended traffic. */
const arrivalRates = ({ seed, audience, seconds, audience_kind }: Scenario): Float64Array[] => {
  const chance = new Chance(seed, 'arrivals');
  const length = FILLING_S + seconds;
  const perViewer_s = SOURCES.reduce(
    (sum, source) => sum + ARRIVALS[source] * meanStayS(HAZARDS[audience_kind][source]),
    0,
  );
  const rates = SOURCES.map((source) => new Float64Array(length).fill((audience / perViewer_s) * ARRIVALS[source]));
  for (let at = chance.integer(100, 500); at < length; at += chance.integer(200, 700)) {
    const source = SOURCES.indexOf(chance.next() < 0.7 ? 'ad' : 'recommend');
    const total = audience / perViewer_s;
    const factor = 1 + chance.next() * 4;
    for (let i = at, to = Math.min(length, at + chance.integer(20, 90)); i < to; i++)
      rates[source]![i]! += factor * total;
  }
  return rates;
};

/** Own patience at three points of its distribution, with their weights (Gauss-Hermite). */
const OWN_PATIENCES = [-Math.sqrt(3), 0, Math.sqrt(3)].map((z, i) => ({
  own: Math.exp(OWN_PATIENCE_SIGMA * z),
  weight: i === 1 ? 2 / 3 : 1 / 6,
}));

/** Seconds a viewer with these hazards stays within half an hour, on average. */
const meanStayS = (hazards: Float64Array): number =>
  OWN_PATIENCES.reduce((sum, { own, weight }) => {
    let present = 1;
    let stay_s = 0;
    for (let s = 0; s < 1800; s++) {
      stay_s += present;
      present *= Math.exp(-own * hazards[Math.min(TABLE_S - 1, s)]!);
    }
    return sum + weight * stay_s;
  }, 0);

/** Counts one visit that begins in second `enter` and ends in second `leave`, band by band. At risk is kept as steps, until {@link settle}. */
const count = (panes: Panes, source: Source, enter: number, leave: number): void => {
  const last = panes.length - 1;
  const at = (s: number) => (panes[s]!.by_source[source] ??= emptySourceCounts());
  if (enter > last || leave < 0) return;
  if (enter >= 0) {
    panes[enter]!.enters++;
    at(enter).enters++;
  }
  if (leave <= last) {
    const band = tenureBand(leave - enter);
    panes[leave]!.leaves++;
    panes[leave]!.leaves_by_tenure[band]!++;
    at(leave).leaves++;
    at(leave).leaves_by_tenure[band]!++;
  }
  for (let band = 0; band < TENURE_BANDS; band++) {
    const from = Math.max(0, enter + TENURE_BAND_EDGES_S[band]!);
    const to = Math.min(leave + 1, enter + (TENURE_BAND_EDGES_S[band + 1] ?? Infinity));
    if (from >= to || from > last) continue;
    at(from).at_risk[band]!++;
    if (to <= last) at(to).at_risk[band]!--;
  }
};

/** Turns the steps of {@link count} into numbers at risk, and adds up the sources. */
const settle = (panes: Panes): void => {
  for (const [n, pane] of panes.entries()) {
    let atRisk = 0;
    for (const source of SOURCES) {
      const before = panes[n - 1]?.by_source[source];
      if (before === undefined && pane.by_source[source] === undefined) continue;
      const here = (pane.by_source[source] ??= emptySourceCounts());
      for (let band = 0; band < TENURE_BANDS; band++) {
        here.at_risk[band]! += before?.at_risk[band] ?? 0;
        pane.at_risk[band]! += here.at_risk[band]!;
        here.online += here.at_risk[band]!;
      }
      here.online -= here.leaves;
      atRisk += here.online;
    }
    pane.online = atRisk;
  }
};

const moment = (
  pane: Panes[number],
  s: number,
  presented: readonly Presented[],
  lotteries: readonly Lottery[],
): Moment => {
  const n = presented.findIndex(({ from_s, to_s }) => s >= from_s && s < to_s);
  const on_air: OnAir | null =
    n < 0
      ? null
      : {
          item_id: `item-${n}`,
          presentation_id: `${pane.stream_id}:cue-${n}`,
          title: `Item ${n}`,
          from: EPOCH_MS + presented[n]!.from_s * 1000,
        };
  const cues = lotteries.flatMap(({ start_s, end_s }) =>
    s === start_s
      ? [{ ts: pane.ts, label: 'lottery_start' }]
      : s === end_s
        ? [{ ts: pane.ts, label: 'lottery_end' }]
        : [],
  );
  return { pane, on_air, cues };
};
