import { useCallback, useMemo, useRef, useState, type CSSProperties } from 'react';
import { useKeys } from '../keys.js';
import { freshnessOf, type Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import { useNow } from '../live/now.js';
import type { WallRow } from '#contract';
import type { Rest } from '../live/rest.js';
import { useWall } from '../live/use-wall.js';
import { Notice } from '../parts/notice.js';
import { useSpeech } from '../words/speech.js';
import { useAlarmSound } from './alarm-sound.js';
import { EndedSessions } from './ended-sessions.js';
import { isMuted, useMutes } from './mutes.js';
import { RoomTile } from './room-tile.js';
import { neighbour } from './tile-steps.js';
import { useWallOrder } from './use-wall-order.js';

const TILES_SHOWN = 200;
/** More rooms than this stand close, so that a hundred are seen at once. */
const DENSE_FROM = 25;

interface Props {
  socket: LiveSocket;
  link: Link;
  rest: Rest;
  linkOf: (stream_id: string) => string;
  onOpen: (stream_id: string) => void;
}

const isUrgent = ({ alert }: WallRow): boolean => alert !== null && alert.severity !== 'info';

/** The wall: rooms on air, the one that needs somebody first, in an order that can be read; then the sessions that ended. */
export const RoomsPage = ({ socket, link, rest, linkOf, onOpen }: Props) => {
  const { words } = useSpeech();
  const { wall, ended, reachable, isForbidden, acknowledge } = useWall(socket, link, rest);
  const [shown, setShown] = useState(TILES_SHOWN);
  const [failure, setFailure] = useState<string | null>(null);
  const now = useNow(1000);
  const { mutes, toggle } = useMutes();
  const tiles = useRef<HTMLUListElement>(null);
  const known = useMemo(() => wall.rooms ?? [], [wall.rooms]);
  // Who mutes a room wants it out of the way as well.
  const weighed = useMemo(
    () => known.map((room) => (isMuted(mutes, room.stream_id, Date.now()) ? { ...room, need: 0 } : room)),
    [known, mutes],
  );
  const rooms = useWallOrder(weighed, () => tiles.current?.matches(':hover, :focus-within') ?? false);
  const heard = useMemo(() => known.filter(({ stream_id }) => !isMuted(mutes, stream_id, Date.now())), [known, mutes]);
  const sound = useAlarmSound(wall.is_told ? heard : null);

  const ack = useCallback(
    async (stream_id: string): Promise<void> => {
      const alert = known.find((room) => room.stream_id === stream_id)?.alert;
      if (!alert) return;
      const failed = await acknowledge(stream_id, alert.alert_id);
      setFailure(failed === null ? null : words.ackFailed[failed]);
    },
    [known, acknowledge, words],
  );
  // Tiles are drawn anew only when their rooms change: what they call must stay the same.
  const acts = useRef({ ack, onOpen, toggle });
  acts.current = { ack, onOpen, toggle };
  const onOpenTile = useCallback((id: string) => acts.current.onOpen(id), []);
  const onAckTile = useCallback((id: string) => void acts.current.ack(id), []);
  const onMuteTile = useCallback((id: string) => acts.current.toggle(id, Date.now()), []);

  const focused = (): string | null =>
    document.activeElement?.closest('.tile')?.querySelector('a')?.dataset['stream'] ?? null;
  const step = (across: number, down: number) => (): void => {
    const links = [...(tiles.current?.querySelectorAll<HTMLElement>('.tile > a') ?? [])];
    const at = links.findIndex((one) => one.dataset['stream'] === focused());
    links[
      neighbour(
        links.map((one) => one.getBoundingClientRect()),
        at,
        across,
        down,
      )
    ]?.focus();
  };
  const urgent = (): string | null => heard.find(({ alert }) => alert !== null)?.stream_id ?? null;
  useKeys({
    ArrowLeft: step(-1, 0),
    ArrowRight: step(1, 0),
    ArrowUp: step(0, -1),
    ArrowDown: step(0, 1),
    a: () => onAckTile(focused() ?? urgent() ?? ''),
    m: () => {
      const id = focused() ?? urgent();
      if (id !== null) onMuteTile(id);
    },
    o: () => {
      const id = focused() ?? rooms[0]?.stream_id ?? null;
      if (id !== null) onOpen(id);
    },
    u: sound.toggle,
  });

  if (isForbidden)
    return (
      <Notice title={words.forbidden} command="npx tally token --role control_room --streams '*'">
        {words.forbiddenHelp}
      </Notice>
    );
  if (wall.rooms === null)
    return reachable && link.kind !== 'down' ? (
      <Notice title={words.waiting}> </Notice>
    ) : (
      <Notice title={words.serverDown} command="npm start">
        {words.serverDownHelp}
      </Notice>
    );

  const firing = heard.reduce((sum, room) => sum + (wall.is_told ? Number(isUrgent(room)) : room.alerts_firing), 0);
  return (
    <main className="rooms">
      <title>{`${firing > 0 ? `▲${firing} ` : ''}${words.rooms} · Tallylight`}</title>
      <header className="rooms-head">
        <h1>{words.onAirNow}</h1>
        <span className="muted figure">{rooms.length}</span>
        <span className={firing > 0 ? 'firing-count' : 'muted'} role="status">
          {firing > 0 ? `▲ ${words.firing(firing)}` : rooms.length > 0 && words.noAlertsFiring}
        </span>
        {failure !== null && (
          <span className="alert-failure" role="alert">
            {failure}
          </span>
        )}
        <button type="button" className="sound" aria-pressed={sound.isOn} onClick={sound.toggle}>
          {sound.isOn ? words.wall.sound.on : words.wall.sound.off} <kbd>u</kbd>
        </button>
      </header>
      {rooms.length === 0 && (
        <Notice title={words.noRooms} command="npm run demo">
          {words.noRoomsHelp}
        </Notice>
      )}
      <ul
        className={`tiles ${rooms.length >= DENSE_FROM ? 'tiles-dense' : ''}`}
        style={across(rooms.length)}
        ref={tiles}
      >
        {rooms.slice(0, shown).map((room) => (
          <RoomTile
            key={room.stream_id}
            room={room}
            spark={wall.sparks.get(room.stream_id) ?? NO_POINTS}
            freshness={freshnessOf({ link, status: room.status, data: room.data, heard_at: wall.heard_at, now })}
            muted_ms={isMuted(mutes, room.stream_id, now) ? (mutes[room.stream_id] ?? now) - now : null}
            href={linkOf(room.stream_id)}
            onOpen={onOpenTile}
            onAcknowledge={onAckTile}
            onMute={onMuteTile}
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

const NO_POINTS = [] as const;
/** Tiles are about three fifths as high as wide: so many in a row fill a screen of 16:9. */
const across = (count: number): CSSProperties =>
  ({ '--across': Math.max(1, Math.ceil(Math.sqrt(count * 1.3))) }) as CSSProperties;
