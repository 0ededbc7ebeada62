import type { RulePrecision } from '#contract';
import type { Alert, AlertOutcome, AlertRule } from '#domain';
import { byNeed } from '../live/room-state.js';
import type { AckFailure } from '../live/acknowledge.js';
import { useSpeech } from '../words/speech.js';
import { AlertCard } from './alert-card.js';

interface Props {
  alerts: readonly Alert[];
  /** The alert that keys speak of. */
  next: string | null;
  asOf: number | null;
  /** Items by id, as they are called. */
  titles: ReadonlyMap<string, string>;
  /** How each rule did, by what people said of its alerts. */
  precision: ReadonlyMap<AlertRule, RulePrecision>;
  isLive: boolean;
  /** `null` where alerts are only looked at. */
  onAcknowledge: ((alert_id: string, outcome: AlertOutcome | null) => Promise<AckFailure | null>) | null;
}

/** What fires first, then the newest: never empty of meaning. */
export const AlertList = ({ alerts, next, asOf, titles, precision, isLive, onAcknowledge }: Props) => {
  const { words } = useSpeech();
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  return (
    <aside className="alerts panel" aria-labelledby="alerts-title">
      <header>
        <h2 id="alerts-title">{words.alerts}</h2>
        <span className={firing > 0 ? 'firing-count' : 'muted'} role="status">
          {firing > 0 ? `▲ ${words.firing(firing)}` : words.noAlertsFiring}
        </span>
      </header>
      {alerts.length === 0 ? (
        <div className="quiet">
          <p>{isLive ? words.noAlerts : words.noAlertsEnded}</p>
          {isLive && <p className="muted">{words.noAlertsHelp}</p>}
        </div>
      ) : (
        <ol>
          {byNeed(alerts).map((alert) => (
            <AlertCard
              key={alert.alert_id}
              alert={alert}
              asOf={asOf}
              itemTitle={alert.item_id === null ? null : (titles.get(alert.item_id) ?? alert.item_id)}
              precision={precision.get(alert.rule) ?? null}
              isNext={alert.alert_id === next}
              onAcknowledge={onAcknowledge === null ? null : (outcome) => onAcknowledge(alert.alert_id, outcome)}
            />
          ))}
        </ol>
      )}
    </aside>
  );
};
