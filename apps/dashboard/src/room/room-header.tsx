import type { ReactNode } from 'react';
import type { DataState, StreamRow } from '#contract';
import type { OnAir } from '#domain';
import { stopwatch } from '../format/clocks.js';
import type { Freshness } from '../live/freshness.js';
import { DataBadge, DataFacts } from '../parts/data-badge.js';
import { useSpeech } from '../words/speech.js';

interface Props {
  stream: StreamRow;
  data: DataState | null;
  freshness: Freshness;
  itemOn: OnAir | null;
  hue: number | null;
  ordinal: number | null;
  /** What can be done with the room. */
  children: ReactNode;
}

/** Which room, since when, what is on, and how far its data can be trusted. */
export const RoomHeader = ({ stream, data, freshness, itemOn, hue, ordinal, children }: Props) => {
  const { words } = useSpeech();
  const isLive = stream.status === 'live';
  const until = isLive ? (data?.as_of ?? null) : stream.ended_at;
  return (
    <header className="room-head">
      <div className="room-title">
        <h1>{stream.title ?? stream.stream_id}</h1>
        <p>
          <span className={isLive && freshness.kind !== 'replay' ? 'status-live' : 'status-ended'}>
            <span className="lamp" aria-hidden="true" />{' '}
            {freshness.kind === 'replay' ? words.replay.title : isLive ? words.live : words.ended}
          </span>
          {stream.host !== null && <span>{stream.host}</span>}
          <span className="muted">
            {isLive ? words.streamClock : words.lasted}{' '}
            <span className="figure clock">{stopwatch(until === null ? null : until - stream.started_at)}</span>
          </span>
        </p>
      </div>
      {isLive && (
        <div className="item-on" style={hue === null ? undefined : { borderColor: `hsl(${hue} 55% 55%)` }}>
          <span className="muted">
            {itemOn === null ? words.nothingOn : words.itemOn}
            {ordinal !== null && ordinal > 1 && ` · ${words.nth(ordinal)}`}
          </span>
          {itemOn !== null && (
            <p>
              <strong>{itemOn.title ?? itemOn.item_id}</strong>
              <span className="figure clock">{stopwatch(data === null ? null : data.as_of - itemOn.from)}</span>
            </p>
          )}
        </div>
      )}
      <div className="room-acts">{children}</div>
      <div className="room-data" tabIndex={0} aria-describedby="data-facts">
        <DataBadge freshness={freshness} />
        {data !== null && (
          <div role="tooltip" id="data-facts" className="tip">
            <DataFacts data={data} />
          </div>
        )}
      </div>
    </header>
  );
};
