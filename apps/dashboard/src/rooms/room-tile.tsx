import { memo } from 'react';
import type { WallRow } from '#contract';
import { stopwatch } from '../format/clocks.js';
import { isStale, type Freshness } from '../live/freshness.js';
import type { SparkPoint } from '../live/wall-state.js';
import { DataBadge } from '../parts/data-badge.js';
import { dropoffTone } from '../format/dropoff-tone.js';
import { isSeen } from '../live/seen.js';
import { openHere } from '../parts/open-here.js';
import { useSpeech } from '../words/speech.js';
import { Sparkline } from './sparkline.js';

interface Props {
  room: WallRow;
  spark: readonly SparkPoint[];
  freshness: Freshness;
  href: string;
  /** How long it is muted still, ms; `null`: it is heard. */
  muted_ms: number | null;
  onOpen: (stream_id: string) => void;
  onAcknowledge: (stream_id: string) => void;
  onMute: (stream_id: string) => void;
}

/** How loudly a tile asks for somebody. */
const toneOf = (room: WallRow, isHeard: boolean): string => {
  if (room.alert === null || !isHeard) return '';
  return room.alert.severity === 'info' ? 'tile-note' : 'tile-firing';
};

/** One room on the wall: does it need me, what is on, is the data fresh. */
export const RoomTile = memo(
  ({ room, spark, freshness, href, muted_ms, onOpen, onAcknowledge, onMute }: Props) => {
    const { words, formats } = useSpeech();
    const { title, host, stream_id, online, gmv_minor, currency, dropoff_ratio, alerts_firing, item_on, data, alert } =
      room;
    const name = title ?? stream_id;
    return (
      <li className={`tile panel ${toneOf(room, muted_ms === null)} ${isStale(freshness) ? 'is-old' : ''}`}>
        <a href={href} data-stream={stream_id} onClick={openHere(() => onOpen(stream_id))}>
          <div className="tile-head">
            <h2>{name}</h2>
            <span className="figure muted tile-clock">{stopwatch(data.as_of - room.started_at)}</span>
          </div>
          <p className="muted tile-host">{host ?? UNNAMED}</p>
          <div className="tile-online">
            <span className="big figure">{formats.count(isSeen(data) ? online : null)}</span>
            <span className="muted tile-unit">{words.online}</span>
            <Sparkline points={spark} />
          </div>
          <p className="tile-item">
            {item_on === null ? (
              <span className="muted tile-item-name">{words.nothingOn}</span>
            ) : (
              <>
                <span className="tile-item-name">{item_on.title ?? item_on.item_id}</span>
                <span className="figure">{stopwatch(data.as_of - item_on.from)}</span>
              </>
            )}
          </p>
          <dl className="tile-figures">
            <div>
              <dt>{words.metric.gmv_minor}</dt>
              <dd className="figure">{formats.money(gmv_minor, currency)}</dd>
            </div>
            <div>
              <dt>{words.metric.dropoff_ratio}</dt>
              <dd className={`figure tone-${dropoffTone(dropoff_ratio)}`}>{formats.times(dropoff_ratio)}</dd>
            </div>
          </dl>
          <p className="tile-alert">
            {alert === null ? (
              <span className="muted">{alerts_firing > 0 ? words.firing(alerts_firing) : words.noAlertsFiring}</span>
            ) : (
              <span className={alert.severity === 'info' ? 'note-count' : 'firing-count'}>
                {alert.severity === 'info' ? '●' : '▲'} {words.rule[alert.rule] ?? alert.rule}
                {alerts_firing > 1 && ` +${alerts_firing - 1}`}
              </span>
            )}
          </p>
          <div className="tile-foot">
            <DataBadge freshness={freshness} />
            {muted_ms !== null && <span className="mark">{words.wall.muted(stopwatch(muted_ms))}</span>}
          </div>
        </a>
        <div className="tile-actions">
          {alert !== null && (
            <button type="button" aria-label={words.wall.ackRoom(name)} onClick={() => onAcknowledge(stream_id)}>
              {words.ack} <kbd>a</kbd>
            </button>
          )}
          <button
            type="button"
            aria-label={words.wall.muteRoom(name)}
            aria-pressed={muted_ms !== null}
            onClick={() => onMute(stream_id)}
          >
            {muted_ms === null ? words.wall.mute : words.wall.unmute} <kbd>m</kbd>
          </button>
        </div>
      </li>
    );
  },
  (before, after) =>
    before.room === after.room &&
    before.spark === after.spark &&
    before.href === after.href &&
    before.muted_ms === after.muted_ms &&
    JSON.stringify(before.freshness) === JSON.stringify(after.freshness),
);

const UNNAMED = '–';
