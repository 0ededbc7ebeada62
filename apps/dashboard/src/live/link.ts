import { useEffect, useMemo, useState } from 'react';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '#contract';
import type { Link } from './freshness.js';

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
    // An inactive socket was refused at the door and will not try again; any other error is the way there.
    socket.on('connect_error', () => (socket.active ? lost() : setLink({ kind: 'refused' })));
    socket.connect();
    return () => {
      socket.removeAllListeners();
      socket.disconnect();
      setLink({ kind: 'connecting' });
    };
  }, [socket]);

  return { socket, link };
};
