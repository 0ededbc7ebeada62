import { useEffect, useMemo } from 'react';
import type { MetricDefinition } from '#contract';
import { type Span } from '../address.js';
import type { Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import type { Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { useReplay } from '../live/use-replay.js';
import { RoomRefused } from '../parts/room-refused.js';
import { RoomView, type RoomLinks } from '../room/room-view.js';
import { Player } from './player.js';

interface Props {
  socket: LiveSocket;
  link: Link;
  rest: Rest;
  stream_id: string;
  at: number | null;
  onAt: (at: number) => void;
  span: Span;
  onSpan: (span: Span) => void;
  definitions: ReadonlyMap<string, MetricDefinition>;
  links: RoomLinks;
  shown: 'dark' | 'light';
}

const WHOLE_EVERY_MS = 60_000;

/** A stored session as if it were on air, with a line to scrub it along. Where it was paused is in its link. */
export const ReplayPage = ({ socket, link, rest, stream_id, at, onAt, ...shared }: Props) => {
  const { room, replay, refused, pause, seek } = useReplay(socket, link, stream_id, at);
  const whole = useAsked(stream_id, (signal) => rest.presentations(stream_id, signal), WHOLE_EVERY_MS).asked;
  const alerts = useAsked(stream_id, (signal) => rest.alerts(stream_id, signal), WHOLE_EVERY_MS).asked;
  const ledger = useMemo(() => (whole.kind === 'known' ? whole.body.presentations : []), [whole]);
  const paused = replay?.playing === false ? replay.at : null;
  useEffect(() => {
    if (paused !== null) onAt(paused);
    // Only where it was paused: the link of a moment, not of each second.
  }, [paused]);

  if (room.stream === null || replay === null)
    return <RoomRefused link={link} refused={refused} stream_id={stream_id} role="analyst" />;
  return (
    <RoomView
      {...shared}
      rest={rest}
      link={link}
      stream_id={stream_id}
      room={room}
      session={null}
      ledger={ledger}
      replay={replay}
      player={
        <Player
          replay={replay}
          presentations={ledger}
          alerts={alerts.kind === 'known' ? alerts.body.alerts : []}
          onPause={pause}
          onSeek={seek}
        />
      }
      onSeek={seek}
      acknowledge={null}
      noted={null}
    />
  );
};
