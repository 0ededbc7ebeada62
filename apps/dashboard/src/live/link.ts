import { useEffect, useMemo, useState } from 'react';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient, SocketError } from '#contract';
import type { Link } from './freshness.js';

/** What the gateway says at the door to a token that is not good. */
const UNAUTHORIZED: SocketError = 'unauthorized';
const TURNED_AWAY_RETRY_MS = 3_000;

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** One socket for the page, as long as the token stays the same. It reconnects by itself, but not where the token was refused. */
export const useLiveSocket = (token: string): { socket: LiveSocket; link: Link } => {
  const socket = useMemo<LiveSocket>(
    () =>
      io('/live', {
        auth: { token },
        transports: ['websocket'],
        autoConnect: false,
        reconnectionDelay: 500,
        reconnectionDelayMax: 3_000,
      }),
    [token],
  );
  const [link, setLink] = useState<Link>({ kind: 'connecting' });

  useEffect(() => {
    const lost = (): void => setLink((was) => (was.kind === 'down' ? was : { kind: 'down', since: Date.now() }));
    socket.on('connect', () => setLink({ kind: 'up' }));
    socket.on('disconnect', (reason) => {
      lost();
      // Closed by the server's own word, Socket.IO does not come back by itself.
      if (reason === 'io server disconnect') socket.connect();
    });
    // An inactive socket was turned away at the door and does not try again by itself; any other error is the way there.
    let retry: ReturnType<typeof setTimeout> | undefined;
    socket.on('connect_error', ({ message }) => {
      if (message === UNAUTHORIZED) return setLink({ kind: 'refused' });
      lost();
      if (!socket.active) retry = setTimeout(() => socket.connect(), TURNED_AWAY_RETRY_MS);
    });
    socket.connect();
    return () => {
      clearTimeout(retry);
      socket.removeAllListeners();
      socket.disconnect();
      setLink({ kind: 'connecting' });
    };
  }, [socket]);

  return { socket, link };
};
