import type { BacktestAnswer } from '#contract';
import type { Alert, AlertDecision, RuleOverrides, RuleValue, StreamSummary } from '#domain';
import { changeRules, createDetector, DEFAULT_CONTEXT, type SettableRule } from '#detect';
import type { StoreReader } from '#store';
import type { WindowContext } from '#window';
import type { AlertFeed } from '../ports.js';
import type { RuleBook } from './rule-book.js';
import { storedMoments } from './stored-moments.js';

/** What a rule would have fired on one stored stream, against what it did. */
type Session = BacktestAnswer['sessions'][number];

/** What backtests are made with. */
export interface BacktestParts {
  reader: Pick<StoreReader, 'rawEvents'>;
  alerts: Pick<AlertFeed, 'latest'>;
  book: RuleBook;
  window: WindowContext;
}

/** What became of a request; `busy`: another runs, and one at a time is enough beside live rooms; `gone`: nobody waits for it any more. */
export type BacktestOutcome = { kind: 'done'; sessions: Session[] } | { kind: 'busy' } | { kind: 'gone' };

/**
 * Reads stored sessions again through the same window and detector that live ones go through, with one rule set as told.
 * It runs beside the flow, in slices, and touches nothing of it.
 */
export class Backtests {
  private isBusy = false;

  constructor(private readonly parts: BacktestParts) {}

  async run(
    rule: SettableRule,
    settings: Readonly<Record<string, RuleValue>>,
    streams: readonly StreamSummary[],
    /** Asked now and then: has whoever asked gone away? */
    isGone: () => boolean,
  ): Promise<BacktestOutcome> {
    if (this.isBusy) return { kind: 'busy' };
    this.isBusy = true;
    try {
      const sessions: Session[] = [];
      for (const stream of streams) {
        const session = await this.session(rule, settings, stream, isGone);
        if (session === null) return { kind: 'gone' };
        sessions.push(session);
      }
      return { kind: 'done', sessions };
    } finally {
      this.isBusy = false;
    }
  }

  private async session(
    rule: SettableRule,
    settings: Readonly<Record<string, RuleValue>>,
    stream: StreamSummary,
    isGone: () => boolean,
  ): Promise<Session | null> {
    const { stream_id } = stream;
    const { alerts, book } = this.parts;
    const overrides = book.wanted(stream_id)?.overrides ?? {};
    const tried = { ...overrides, [rule]: { ...overrides[rule], ...settings } };
    const would_fire = await this.decide(rule, tried, stream, isGone);
    if (would_fire === null) return null;
    const fired = alerts
      .latest(stream_id)
      .filter((alert) => alert.rule === rule)
      .sort((a, b) => a.detected_at - b.detected_at);
    return {
      ...{ stream_id, would_fire, ...compare(would_fire, fired) },
      fired: fired.map((alert) => ({ alert, outcome: alert.outcome })),
    };
  }

  /** Each alert as it stood at last, in the order they fired; `null`: broken off. */
  private async decide(
    rule: SettableRule,
    overrides: RuleOverrides,
    stream: StreamSummary,
    isGone: () => boolean,
  ): Promise<AlertDecision[] | null> {
    const detector = createDetector(DEFAULT_CONTEXT);
    const state = detector.initial();
    changeRules(state, { from: -Infinity, version: 'backtest', overrides });
    const latest = new Map<string, AlertDecision>();
    const keep = (decisions: readonly AlertDecision[]): void => {
      for (const decision of decisions) if (decision.rule === rule) latest.set(decision.alert_id, decision);
    };
    for await (const moments of storedMoments(this.parts.reader, stream, this.parts.window)) {
      if (isGone()) return null;
      for (const moment of moments) keep(detector.step(state, moment));
    }
    if (stream.ended_at !== null) keep(detector.end(state, stream.ended_at));
    return [...latest.values()];
  }
}

type Span = Pick<Alert, 'item_id' | 'started_at' | 'resolved_at'>;

/** Alerts of one item that overlap in time are the same trouble, each matched once. */
export const compare = (would: readonly Span[], fired: readonly Span[]): Pick<Session, 'both' | 'added' | 'gone'> => {
  const left = [...fired];
  for (const each of would) {
    const at = left.findIndex((other) => other.item_id === each.item_id && overlap(each, other));
    if (at >= 0) left.splice(at, 1);
  }
  const both = fired.length - left.length;
  return { both, added: would.length - both, gone: left.length };
};

const overlap = (a: Span, b: Span): boolean =>
  a.started_at <= (b.resolved_at ?? Infinity) && b.started_at <= (a.resolved_at ?? Infinity);
