import type { WallRow } from '#contract';
import { stopwatch } from '../format/clocks.js';
import { freshnessOf, isStale, type Link } from '../live/freshness.js';
import type { SparkPoint } from '../live/wall-state.js';
import { DataBadge } from '../parts/data-badge.js';
import { dropoffTone } from '../format/dropoff-tone.js';
import { useSpeech } from '../words/speech.js';
import { Sparkline } from './sparkline.js';

interface Props {
  room: WallRow;
  spark: readonly SparkPoint[];
  link: Link;
  heard_at: number | null;
  now: number;
  href: string;
  onOpen: () => void;
}

/** One room on the list: does it need me, what is on, is the data fresh. */
export const RoomTile = ({ room, spark, link, heard_at, now, href, onOpen }: Props) => {
  const { words, formats } = useSpeech();
  const { title, host, stream_id, online, gmv_minor, currency, dropoff_ratio, alerts_firing, item_on, data } = room;
  const freshness = freshnessOf({ link, status: room.status, data, heard_at, now });
  return (
    <li className={`tile panel ${alerts_firing > 0 ? 'tile-firing' : ''} ${isStale(freshness) ? 'is-old' : ''}`}>
      <a
        href={href}
        onClick={(event) => {
          event.preventDefault();
          onOpen();
        }}
      >
        <div className="tile-head">
          <h2>{title ?? stream_id}</h2>
          <span className="status-live">
            <span className="lamp" aria-hidden="true" /> {words.live}
          </span>
        </div>
        <p className="muted tile-host">
          {host ?? UNNAMED} · <span className="figure">{stopwatch(data.as_of - room.started_at)}</span>
        </p>
        <div className="tile-online">
          <span className="big figure">{formats.count(online)}</span>
          <span className="muted">{words.online}</span>
          <Sparkline points={spark} />
        </div>
        <p className="tile-item">
          {item_on === null ? (
            <span className="muted">{words.nothingOn}</span>
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
        <div className="tile-foot">
          {alerts_firing > 0 ? (
            <span className="firing-count">▲ {words.firing(alerts_firing)}</span>
          ) : (
            <span className="muted">{words.noAlertsFiring}</span>
          )}
          <DataBadge freshness={freshness} />
        </div>
      </a>
    </li>
  );
};

const UNNAMED = '–';
