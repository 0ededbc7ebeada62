import type { Answer, SocketError } from '#contract';
import type { Alert, AlertOutcome } from '#domain';
import type { LiveSocket } from './link.js';

/** Without an answer after this long it was not taken. */
const ANSWER_WITHIN_MS = 5_000;

/** Why an acknowledgement was not taken; `null`: it was. */
export type AckFailure = SocketError | 'unreachable';
type AckReply = Answer<{ alert: Alert }> | { ok: false; error: 'unreachable' };

/** Says over the socket that somebody took up an alert, and what came of it if that is known. */
export const sayAcknowledged = async (
  socket: LiveSocket,
  said: { stream_id: string; alert_id: string; outcome?: AlertOutcome },
): Promise<AckReply> => {
  if (!socket.connected) return { ok: false, error: 'unreachable' };
  try {
    return await socket.timeout(ANSWER_WITHIN_MS).emitWithAck('ack_alert', said);
  } catch {
    return { ok: false, error: 'unreachable' };
  }
};

export const failureOf = (reply: AckReply): AckFailure | null => (reply.ok ? null : reply.error);
