import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '#contract';

/** What the clients of one process saw since they were asked last. */
export interface Seen {
  /** From the `ts` in a cue's label to its receipt, ms on the machine's clock: one of each client and cue. */
  cueLatenciesMs: number[];
  /** From the first client that received a metrics message to each other, ms. */
  metricsSpreadMs: number[];
  bytes: number;
}

/**
 * Many clients in a process of their own, the other half of the bench `socket`: connects, listens, and tells its parent
 * what it saw when asked. Arguments: url, token, clients, then the rooms, which they share evenly.
 */
const [, , url = '', token = '', count = '0', ...rooms] = process.argv;
/** So many connect at the same time. */
const AT_ONCE = 25;

let seen: Seen = { cueLatenciesMs: [], metricsSpreadMs: [], bytes: 0 };
const firstSeenAt = new Map<string, number>();

const connect = async (n: number): Promise<void> => {
  const stream_id = rooms[n % rooms.length]!;
  const socket: Socket<ServerToClient, ClientToServer> = io(`${url}/live`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
  });
  socket.on('cue', ({ cue }) => {
    const sentAt = Number(cue.label);
    if (sentAt > 0) seen.cueLatenciesMs.push(Date.now() - sentAt);
  });
  socket.on('metrics', (message) => {
    const now = Date.now();
    const key = `${message.stream_id} ${message.as_of} ${message.panes.length}`;
    const first = firstSeenAt.get(key);
    if (first === undefined) firstSeenAt.set(key, now);
    else seen.metricsSpreadMs.push(now - first);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const answer = await socket.timeout(30_000).emitWithAck('subscribe', { stream_id });
  if (!answer.ok) throw new Error(`subscribing was answered ${answer.error}`);
  socket.io.engine.on('packet', ({ data }: { data?: string }) => (seen.bytes += data?.length ?? 0));
};

for (let n = 0; n < Number(count); n += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, Number(count) - n) }, (_, i) => connect(n + i));
  await Promise.all(some);
}
process.on('message', () => {
  process.send?.(seen);
  seen = { cueLatenciesMs: [], metricsSpreadMs: [], bytes: 0 };
});
process.send?.('connected');
