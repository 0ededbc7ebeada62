import type { Alert, AlertDecision } from '#domain';

/** What is known of one alert: its latest change, and which decisions made it what it is. */
export interface KnownAlert {
  readonly latest: Alert;
  /** {@link decisionKey} of every decision that was told. */
  readonly decided: ReadonlySet<string>;
}

/** What becomes of a decision: a change that is told, or silence and its reason. */
export type Verdict =
  | { readonly tell: true; readonly change: AlertDecision & Pick<Alert, 'acked_at' | 'acked_by' | 'outcome'> }
  /** `repeated`: a replay decides again what was told. `overtaken`: something newer is known. `already_over`: it ended, by a person's word or its own. */
  | { readonly tell: false; readonly reason: 'repeated' | 'overtaken' | 'already_over' };

/** What makes two decisions about one alert the same: the same log always gives the same. */
export const decisionKey = ({ status, updated_at }: Pick<AlertDecision, 'status' | 'updated_at'>): string =>
  `${status}@${updated_at}`;

/** Shall we tell of this decision? What people said of the alert stays with it, and a decision that it still fires does not undo it. */
export const shallWeTell = (known: KnownAlert | undefined, decision: AlertDecision): Verdict => {
  if (known === undefined)
    return { tell: true, change: { ...decision, acked_at: null, acked_by: null, outcome: null } };
  const { latest, decided } = known;
  if (decided.has(decisionKey(decision))) return { tell: false, reason: 'repeated' };
  if (decision.updated_at < latest.updated_at) return { tell: false, reason: 'overtaken' };
  const isOver = latest.status === 'resolved' || latest.status === 'corrected';
  if (isOver && decision.status !== 'corrected') return { tell: false, reason: 'already_over' };
  if (latest.status === 'corrected') return { tell: false, reason: 'already_over' };
  const status = decision.status === 'firing' ? latest.status : decision.status;
  const { acked_at, acked_by, outcome } = latest;
  return { tell: true, change: { ...decision, status, acked_at, acked_by, outcome } };
};
