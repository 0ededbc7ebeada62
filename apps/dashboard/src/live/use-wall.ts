import { startTransition, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { StreamRow, WallMessage } from '#contract';
import { failureOf, sayAcknowledged, type AckFailure } from './acknowledge.js';
import type { Link } from './freshness.js';
import type { LiveSocket } from './link.js';
import { useRepeated } from './now.js';
import type { Rest } from './rest.js';
import { hearWall, UNHEARD_WALL, wallRowOf, type WallNews, type WallState } from './wall-state.js';

/** Sparklines are begun from the store for so many rooms; the others grow theirs from now on. */
const SPARKS_READ = 100;
/** So many are read at once. */
const SPARKS_AT_ONCE = 4;
const SPARK_MS = 600_000;
const NEVER = new AbortController().signal;
const ENDED_EVERY_MS = 30_000;
/** The list is asked for when the wall has been silent for so long. */
const POLL_EVERY_MS = 5_000;
/** A wall that was refused is asked for again after so long. */
const RETRY_MS = 3_000;

interface WallView {
  readonly wall: WallState;
  readonly ended: readonly StreamRow[] | null;
  readonly reachable: boolean;
  readonly isForbidden: boolean;
  readonly acknowledge: (stream_id: string, alert_id: string) => Promise<AckFailure | null>;
}

/** The rooms on air, by need, told each second by the socket or else asked for; and the sessions that ended. `ended` is `null` before they are known. */
export const useWall = (socket: LiveSocket, link: Link, rest: Rest): WallView => {
  const [wall, hearNow] = useReducer(hearWall, UNHEARD_WALL);
  // A hundred tiles are drawn in pieces, between frames.
  const hear = useCallback((news: WallNews) => startTransition(() => hearNow(news)), []);
  const [ended, setEnded] = useState<readonly StreamRow[] | null>(null);
  const [reachable, setReachable] = useState(true);
  const [isForbidden, setForbidden] = useState(false);
  const heardAt = useRef(0);
  const sparked = useRef(new Set<string>());
  const up = link.kind === 'up';

  useEffect(() => {
    if (!up) return;
    let isOver = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const show = (all: WallMessage['rooms']): void => {
      heardAt.current = Date.now();
      const rooms = all.filter(({ status }) => status === 'live');
      hear({ kind: 'rooms', rooms, is_told: true, heard_at: heardAt.current });
    };
    const told = (message: WallMessage): void => show(message.rooms);
    const subscribe = (): void => {
      socket.emit('subscribe_wall', {}, (reply) => {
        if (isOver) return;
        setForbidden(!reply.ok && reply.error === 'forbidden');
        if (reply.ok) show(reply.rooms);
        else retry = setTimeout(subscribe, RETRY_MS);
      });
    };
    socket.on('wall', told);
    subscribe();
    return () => {
      isOver = true;
      clearTimeout(retry);
      socket.off('wall', told);
      if (socket.connected) socket.emit('unsubscribe', {}, () => undefined);
    };
  }, [socket, up, hear]);

  useRepeated(
    async (signal) => {
      const isSilent = (): boolean => Date.now() - heardAt.current >= POLL_EVERY_MS;
      if (!isSilent()) return;
      const answer = await rest.streams('live', signal);
      if (signal.aborted) return;
      setReachable(answer.kind !== 'unreachable');
      // What the wall has told meanwhile is newer, and more.
      if (answer.kind === 'ok' && isSilent())
        hear({ kind: 'rooms', rooms: answer.body.streams.map(wallRowOf), is_told: false, heard_at: Date.now() });
    },
    POLL_EVERY_MS,
    [rest, hear],
  );

  useRepeated(
    async (signal) => {
      const answer = await rest.streams('ended', signal);
      if (answer.kind === 'ok' && !signal.aborted) setEnded(answer.body.streams);
    },
    ENDED_EVERY_MS,
    [rest],
  );

  useEffect(() => {
    const known = wall.rooms ?? [];
    const missing = known.slice(0, SPARKS_READ).filter(({ stream_id }) => !sparked.current.has(stream_id));
    for (const { stream_id } of missing) sparked.current.add(stream_id);
    const readOn = async (): Promise<void> => {
      for (let row = missing.shift(); row !== undefined; row = missing.shift()) {
        const { stream_id, data } = row;
        const asked = { from: data.as_of - SPARK_MS, to: data.as_of, step_ms: 5_000, names: 'online' };
        const answer = await rest.metrics(stream_id, asked, NEVER);
        if (answer.kind !== 'ok') continue;
        const points = answer.body.points.map(({ ts, online }) => ({
          ts: Number(ts),
          online: typeof online === 'number' ? online : null,
        }));
        hear({ kind: 'spark', stream_id, points });
      }
    };
    for (let i = 0; i < Math.min(SPARKS_AT_ONCE, missing.length); i++) void readOn();
  }, [wall.rooms, rest, hear]);

  const acknowledge = useCallback(
    (stream_id: string, alert_id: string) => sayAcknowledged(socket, { stream_id, alert_id }).then(failureOf),
    [socket],
  );
  return { wall, ended, reachable, isForbidden, acknowledge };
};
