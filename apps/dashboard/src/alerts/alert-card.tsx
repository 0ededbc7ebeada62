import { useState } from 'react';
import type { RulePrecision } from '#contract';
import type { Alert, AlertOutcome } from '#domain';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import type { AckFailure } from '../live/acknowledge.js';
import { useSpeech } from '../words/speech.js';
import { sayAlert } from '#say';
import { OUTCOME_KEYS, OUTCOMES } from './outcomes.js';

const SIGN = { critical: '▲', warning: '▲', info: '●' } as const;

interface Props {
  alert: Alert;
  /** Event time the room has reached, ms. */
  asOf: number | null;
  /** What its item is called, if it has one. */
  itemTitle: string | null;
  /** What people said of alerts of this rule; `null`: not known. */
  precision: RulePrecision | null;
  isNext: boolean;
  onAcknowledge: ((outcome: AlertOutcome | null) => Promise<AckFailure | null>) | null;
}

/** One alert: what, where, how sure, why, since when, and what people made of it. */
export const AlertCard = ({ alert, asOf, itemTitle, precision, isNext, onAcknowledge }: Props) => {
  const speech = useSpeech();
  const { words, formats } = speech;
  const [failure, setFailure] = useState<AckFailure | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isChanging, setChanging] = useState(false);
  const { status, severity, rule, outcome } = alert;
  const said = sayAlert(alert, speech);
  const isOver = status === 'resolved' || status === 'corrected';
  const title = alert.evidence['item_title'];
  const item = typeof title === 'string' ? title : itemTitle;
  const until = alert.resolved_at ?? asOf;

  const acknowledge = async (chosen: AlertOutcome | null): Promise<void> => {
    if (onAcknowledge === null) return;
    setAsking(true);
    setFailure(await onAcknowledge(chosen));
    setAsking(false);
    setChanging(false);
  };

  return (
    <li className={`alert alert-${status} severity-${severity}`} id={`alert-${alert.alert_id}`}>
      <div className="alert-top">
        <span className="alert-status">
          <span aria-hidden="true">{isOver ? '○' : SIGN[severity]}</span> {words.status[status]}
          {!isOver && <span className="alert-severity">{words.severity[severity]}</span>}
        </span>
        <time className="alert-clock">{timeOfDay(alert.started_at)}</time>
      </div>
      <h3>{words.rule[rule] ?? rule}</h3>
      {item !== null && (
        <p className="alert-item" title={item}>
          {item}
        </p>
      )}
      <p className="alert-what">{said.what}</p>
      {(status === 'firing' || status === 'acknowledged') && (
        <>
          {said.why !== null && <p>{said.why}</p>}
          {said.meanwhile.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {said.hint !== null && <p className="alert-hint">→ {said.hint}</p>}
        </>
      )}
      <p className="alert-fine">
        {[
          said.sure,
          (alert.notify?.tell === false && words.quiet[alert.notify.reason]) || null,
          `${words.detected} ${timeOfDay(alert.detected_at)}`,
          until === null ? null : `${words.lastedFor} ${stopwatch(until - alert.started_at)}`,
          alert.acked_by,
          outcome === null ? null : words.outcomeDone[outcome],
          isOver || precision === null || precision.precision === null
            ? null
            : words.rules.others(
                formats.share(precision.precision),
                formats.exact(precision.acted + precision.false_alarm),
              ),
          said.isAssociation ? words.association : null,
        ]
          .filter((line) => line !== null)
          .join(' · ')}
      </p>
      {onAcknowledge !== null && outcome !== null && !isChanging && (
        <div className="alert-actions">
          <button type="button" onClick={() => setChanging(true)}>
            {words.outcomeChange}
          </button>
        </div>
      )}
      {onAcknowledge !== null && (outcome === null || isChanging) && status !== 'corrected' && (
        <div className="alert-actions" role="group" aria-label={words.outcomeAsk}>
          {status === 'firing' && (
            <button
              type="button"
              data-mark="taken_up"
              className="primary"
              disabled={isAsking}
              onClick={() => void acknowledge(null)}
            >
              {words.ack}
              {isNext && <kbd>a</kbd>}
            </button>
          )}
          {OUTCOMES.map((one) => (
            <button key={one} type="button" data-mark={one} disabled={isAsking} onClick={() => void acknowledge(one)}>
              {words.outcome[one]}
              {isNext && <kbd>{OUTCOME_KEYS[one]}</kbd>}
            </button>
          ))}
        </div>
      )}
      {failure !== null && (
        <p className="alert-failure" role="alert">
          {words.ackFailed[failure]}
        </p>
      )}
    </li>
  );
};
