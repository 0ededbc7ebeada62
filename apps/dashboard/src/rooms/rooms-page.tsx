import { useState } from 'react';
import type { StreamRow } from '#contract';
import { dayAndTime, stopwatch } from '../format/clocks.js';
import type { Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import { useNow } from '../live/now.js';
import type { Rest } from '../live/rest.js';
import { useWall } from '../live/use-wall.js';
import { Notice } from '../parts/notice.js';
import { useSpeech } from '../words/speech.js';
import { RoomTile } from './room-tile.js';

const TILES_SHOWN = 48;

interface Props {
  socket: LiveSocket;
  link: Link;
  rest: Rest;
  linkOf: (stream_id: string) => string;
  onOpen: (stream_id: string) => void;
}

/** The list of rooms: on air by need, then the sessions that ended. */
export const RoomsPage = ({ socket, link, rest, linkOf, onOpen }: Props) => {
  const { words } = useSpeech();
  const { wall, ended, reachable, isForbidden } = useWall(socket, link, rest);
  const [shown, setShown] = useState(TILES_SHOWN);
  const now = useNow(1000);
  const rooms = wall.rooms;

  if (isForbidden)
    return (
      <Notice title={words.forbidden} command="npx tally token --role control_room --streams '*'">
        {words.forbiddenHelp}
      </Notice>
    );
  if (rooms === null)
    return reachable && link.kind !== 'down' ? (
      <Notice title={words.waiting}> </Notice>
    ) : (
      <Notice title={words.serverDown} command="npm start">
        {words.serverDownHelp}
      </Notice>
    );

  return (
    <main className="rooms">
      <title>{`${words.rooms} · Tallylight`}</title>
      <header className="rooms-head">
        <h1>{words.onAirNow}</h1>
        <span className="muted figure">{rooms.length}</span>
      </header>
      {rooms.length === 0 && (
        <Notice title={words.noRooms} command="npm run demo">
          {words.noRoomsHelp}
        </Notice>
      )}
      <ul className="tiles">
        {rooms.slice(0, shown).map((room) => (
          <RoomTile
            key={room.stream_id}
            room={room}
            spark={wall.sparks.get(room.stream_id) ?? []}
            link={link}
            heard_at={wall.heard_at}
            now={now}
            href={linkOf(room.stream_id)}
            onOpen={() => onOpen(room.stream_id)}
          />
        ))}
      </ul>
      {rooms.length > shown && (
        <button type="button" onClick={() => setShown(shown + TILES_SHOWN)}>
          {words.moreRooms(Math.min(TILES_SHOWN, rooms.length - shown))}
        </button>
      )}
      {ended !== null && ended.length > 0 && <EndedSessions sessions={ended} linkOf={linkOf} onOpen={onOpen} />}
    </main>
  );
};

type EndedProps = { sessions: readonly StreamRow[] } & Pick<Props, 'linkOf' | 'onOpen'>;

const EndedSessions = ({ sessions, linkOf, onOpen }: EndedProps) => {
  const { words, formats } = useSpeech();
  return (
    <section className="ended">
      <h2>{words.earlier}</h2>
      <ul>
        {sessions.map(({ stream_id, title, host, started_at, ended_at, online_peak, viewers, gmv_minor, currency }) => (
          <li key={stream_id}>
            <a
              href={linkOf(stream_id)}
              onClick={(event) => {
                event.preventDefault();
                onOpen(stream_id);
              }}
            >
              <span className="ended-title">{title ?? stream_id}</span>
              <span>{host}</span>
              <span className="figure">{dayAndTime(started_at)}</span>
              <span className="figure">{stopwatch(ended_at === null ? null : ended_at - started_at)}</span>
              <span className="figure">
                {formats.count(online_peak)} <small>{words.peak}</small>
              </span>
              <span className="figure">
                {formats.count(viewers)} <small>{words.metric.viewers_session}</small>
              </span>
              <span className="figure">{formats.money(gmv_minor, currency)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
};
