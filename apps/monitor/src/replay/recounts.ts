import { setImmediate as giveWay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '#config';
import type { Alert, AlertDecision, Pane, ReadEvent, StreamSummary } from '#domain';
import { changeRules, createDetector, DEFAULT_CONTEXT } from '#detect';
import { SLICE, StoreReader } from '#store';
import type { Understanding } from '#words';
import { beginAgain, endAgain, readOn, storedStream, type StreamStep } from '#window';
import { inRoom } from '../flow/live-pipeline.js';
import { detectorOf, emptyFlowState } from '../flow/room-state.js';
import { ALERT_FEED, CONFIG, UNDERSTANDING } from '../ports.js';
import type { AlertFeed } from '../ports.js';
import { RuleBook } from '../rules/rule-book.js';

/** What a stored session gives when it goes through the pipeline again; nothing of it is stored or told. */
export interface Recount {
  events: number;
  panes: number;
  alerts: number;
  /** What came out otherwise than it is stored, in words; the first few of them. */
  differences: string[];
}

const SLICE_EVENTS = 2_048;
const DIFFERENCES_MAX = 20;
/** About the monitor itself, by the wall clock: no log gives them again. */
const OF_THE_MONITOR: readonly string[] = ['feed_silent', 'data_stale'];

/** Reads stored sessions back through window, detector and metric, and compares what comes out with what is stored. */
@Injectable()
export class Recounts {
  private isBusy = false;

  constructor(
    private readonly reader: StoreReader,
    @Inject(CONFIG) private readonly config: Pick<Config, 'eventTime' | 'fxRates'>,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(UNDERSTANDING) private readonly words: Understanding,
  ) {}

  /** Of a session that is over. `busy`: another is under way, and one at a time is enough beside live rooms. */
  async of(stream: StreamSummary): Promise<Recount | 'busy'> {
    if (this.isBusy) return 'busy';
    this.isBusy = true;
    try {
      return await this.recount(stream);
    } finally {
      this.isBusy = false;
    }
  }

  private async recount(summary: StreamSummary): Promise<Recount> {
    const { stream_id } = summary;
    const { config, words } = this;
    const window = { settings: config.eventTime, rates: config.fxRates, hear: words.understand };
    const detector = createDetector(DEFAULT_CONTEXT);
    const state = emptyFlowState({ load: () => null });
    const before = storedStream(summary, window.settings);
    const stream = beginAgain(before, window.settings);
    state.streams.set(stream_id, stream);
    const overrides = this.book.wanted(stream_id)?.overrides ?? {};
    changeRules(detectorOf(state, stream_id, detector), { from: -Infinity, version: 'recount', overrides });

    const panes = new Map<number, Pane>();
    const decided = new Map<string, AlertDecision>();
    let events = 0;
    const take = (step: StreamStep): void => {
      const { moments, corrected, decisions } = inRoom(state, detector, step);
      for (const pane of [...moments.map((moment) => moment.pane), ...corrected]) panes.set(pane.ts, pane);
      for (const decision of decisions) decided.set(decision.alert_id, decision);
    };
    let slice: ReadEvent[] = [];
    for await (const read of this.reader.rawEvents(stream_id)) {
      slice.push(read);
      if (slice.length < SLICE_EVENTS) continue;
      events += slice.length;
      take(readOn(stream, before, slice, window));
      slice = [];
      await giveWay();
    }
    events += slice.length;
    take(readOn(stream, before, slice, window));
    take(endAgain(stream, before, window));

    const stored = await this.reader.panes(stream_id, { from: 0, to: Number.MAX_SAFE_INTEGER });
    const told = this.feed.latest(stream_id);
    const differences = [...(await paneDifferences(panes, stored)), ...alertDifferences([...decided.values()], told)];
    return {
      ...{ events, panes: stored.length, alerts: told.length },
      differences: differences.slice(0, DIFFERENCES_MAX),
    };
  }
}

/**
 * The first of them. Panes in which nothing happened are not stored, so one that is missing there must be empty here.
 * A day has 86,400 panes: they are compared a slice at a time, so that live rooms do not wait.
 */
export const paneDifferences = async (again: ReadonlyMap<number, Pane>, stored: readonly Pane[]): Promise<string[]> => {
  const found: string[] = [];
  for (const [at, pane] of stored.entries()) {
    if (at % SLICE === 0) await giveWay();
    found.push(...differencesOf(pane, again.get(pane.ts)));
    if (found.length >= DIFFERENCES_MAX) break;
  }
  return found;
};

const differencesOf = (pane: Pane, again: Pane | undefined): string[] => {
  if (again === undefined) return [`pane ${pane.ts} is stored, and did not come out again`];
  return Object.entries(pane).flatMap(([name, value]) => {
    const now = (again as unknown as Named)[name];
    if (name === 'revision' || same(value, now)) return [];
    return [`pane ${pane.ts}: ${name} is stored as ${JSON.stringify(value)} and came out as ${JSON.stringify(now)}`];
  });
};

/** By id, which is made of rule, stream, item and moment. What people did about an alert is not the pipeline's. */
export const alertDifferences = (again: readonly AlertDecision[], told: readonly Alert[]): string[] => {
  const wanted = told.filter(({ rule }) => !OF_THE_MONITOR.includes(rule));
  const name = ({ rule, detected_at }: AlertDecision | Alert): string => `alert ${rule} of ${detected_at}`;
  const toldIds = new Set(wanted.map(({ alert_id }) => alert_id));
  const againIds = new Set(again.map(({ alert_id }) => alert_id));
  const gone = wanted.filter(({ alert_id }) => !againIds.has(alert_id));
  const added = again.filter(({ rule, alert_id }) => !OF_THE_MONITOR.includes(rule) && !toldIds.has(alert_id));
  return [
    ...gone.map((alert) => `${name(alert)} was told, and did not come out again`),
    ...added.map((decision) => `${name(decision)} came out, and had not been told`),
  ];
};

type Named = Readonly<Record<string, unknown>>;
const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null;

/** Records in any order of their names; a name that is absent is one without a value. */
const same = (a: unknown, b: unknown): boolean =>
  a === b ||
  (isNamed(a) &&
    isNamed(b) &&
    Object.keys(a).every((name) => same(a[name], b[name])) &&
    Object.keys(b).every((name) => b[name] === undefined || a[name] !== undefined));
