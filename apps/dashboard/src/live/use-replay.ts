import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { ReplayState, Snapshot, SocketError } from '#contract';
import type { Link } from './freshness.js';
import type { LiveSocket } from './link.js';
import { listenToRoom } from './listen-to-room.js';
import { hearRoom, UNHEARD_ROOM, type RoomState } from './room-state.js';

const RETRY_MS = 3_000;
/** Where it stands is told each second; after so long without a word the replay is gone, and begun again. */
const GONE_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 2_000;

export interface ReplayView {
  readonly room: RoomState;
  /** Where it stands; `null` before it has begun. */
  readonly replay: ReplayState | null;
  readonly refused: SocketError | null;
  readonly pause: (paused: boolean, speed: number) => void;
  readonly seek: (at: number) => void;
}

/** Plays a stored session into this page. A replay ends with its connection: after a lost one it is begun again where it stood, at the same pace. */
export const useReplay = (socket: LiveSocket, link: Link, stream_id: string, from: number | null): ReplayView => {
  const [room, hear] = useReducer(hearRoom, UNHEARD_ROOM);
  const [replay, setReplay] = useState<ReplayState | null>(null);
  const [refused, setRefused] = useState<SocketError | null>(null);
  const first = useRef(from);
  const stood = useRef<ReplayState | null>(null);
  stood.current = replay;
  const up = link.kind === 'up';

  const begin = useCallback((state: ReplayState, snapshot: Snapshot) => {
    setReplay(state);
    hear({ kind: 'anew', snapshot, heard_at: Date.now() });
  }, []);

  useEffect(() => {
    if (!up) return;
    let isOver = false;
    let own: string | null = null;
    let heardAt = Date.now();
    let retry: ReturnType<typeof setTimeout> | undefined;

    const start = (): void => {
      const before = stood.current;
      const at = before?.at ?? first.current;
      const request = { stream_id, speed: before?.speed ?? 1, ...(at !== null && { from: at }) };
      socket.emit('replay_start', request, (reply) => {
        if (!reply.ok) {
          if (isOver) return;
          setRefused(reply.error);
          retry = setTimeout(start, RETRY_MS);
          return;
        }
        const { replay_id } = reply.replay;
        if (isOver) return void socket.emit('replay_stop', { replay_id }, () => undefined);
        own = replay_id;
        heardAt = Date.now();
        setRefused(null);
        begin(reply.replay, reply.snapshot);
        if (before?.playing === false) socket.emit('replay_pause', { replay_id, paused: true }, () => undefined);
      });
    };

    const deafen = listenToRoom(socket, ({ mode }) => own !== null && mode === `replay:${own}`, hear);
    const stands = (state: ReplayState): void => {
      if (state.replay_id !== own) return;
      heardAt = Date.now();
      setReplay(state);
    };
    socket.on('replay', stands);
    start();
    const look = setInterval(() => {
      if (own === null || Date.now() - heardAt < GONE_AFTER_MS) return;
      socket.emit('replay_stop', { replay_id: own }, () => undefined);
      own = null;
      start();
    }, LOOK_EVERY_MS);
    return () => {
      isOver = true;
      clearTimeout(retry);
      clearInterval(look);
      deafen();
      socket.off('replay', stands);
      if (own !== null && socket.connected) socket.emit('replay_stop', { replay_id: own }, () => undefined);
    };
  }, [socket, up, stream_id, begin]);

  const pause = useCallback(
    (paused: boolean, speed: number) => {
      const before = stood.current;
      if (before === null) return;
      const { replay_id } = before;
      // A second press need not wait for the answer to the first.
      stood.current = { ...before, playing: !paused, speed };
      setReplay(stood.current);
      socket.emit('replay_pause', { replay_id, paused, speed }, (reply) => {
        if (reply.ok) setReplay(reply.replay);
      });
    },
    [socket],
  );
  const seek = useCallback(
    (at: number) => {
      const replay_id = stood.current?.replay_id;
      if (replay_id === undefined) return;
      socket.emit('replay_seek', { replay_id, at }, (reply) => {
        if (reply.ok) begin(reply.replay, reply.snapshot);
      });
    },
    [socket, begin],
  );
  return { room, replay, refused, pause, seek };
};
