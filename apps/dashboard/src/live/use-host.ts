import { useEffect, useState } from 'react';
import type { HostAnswer, SocketError } from '#contract';
import type { Link } from './freshness.js';
import type { LiveSocket } from './link.js';

const RETRY_MS = 3_000;

/** The host's screen of one room, told each second; asked for anew after each lost connection. `heard_at`: this browser's clock, ms. */
export const useHost = (
  socket: LiveSocket,
  link: Link,
  stream_id: string,
): { host: HostAnswer | null; heard_at: number | null; refused: SocketError | null } => {
  const [heard, setHeard] = useState<{ host: HostAnswer; at: number } | null>(null);
  const [refused, setRefused] = useState<SocketError | null>(null);
  const up = link.kind === 'up';
  useEffect(() => {
    if (!up) return;
    let isOver = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const told = (host: HostAnswer): void => {
      if (host.stream_id === stream_id) setHeard({ host, at: Date.now() });
    };
    const subscribe = (): void => {
      socket.emit('subscribe_host', { stream_id }, (reply) => {
        if (isOver) return;
        setRefused(reply.ok ? null : reply.error);
        if (reply.ok) told(reply.host);
        else retry = setTimeout(subscribe, RETRY_MS);
      });
    };
    socket.on('host', told);
    subscribe();
    return () => {
      isOver = true;
      clearTimeout(retry);
      socket.off('host', told);
      if (socket.connected) socket.emit('unsubscribe', { stream_id }, () => undefined);
    };
  }, [socket, up, stream_id]);
  return { host: heard?.host ?? null, heard_at: heard?.at ?? null, refused };
};
