import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { ActionShown, PresentationRow, SocketError } from '#contract';
import type { AlertOutcome } from '#domain';
import { failureOf, sayAcknowledged, type AckFailure } from './acknowledge.js';
import { readPoint } from './curves.js';
import type { Link } from './freshness.js';
import type { LiveSocket } from './link.js';
import { listenToRoom } from './listen-to-room.js';
import { CURVE_NAMES, type Rest, type StreamAnswer } from './rest.js';
import { hearRoom, skippedBefore, UNHEARD_ROOM, type RoomState } from './room-state.js';
import { useAsked } from './use-asked.js';
import { NEVER_AGAIN } from './wait-after.js';

const RETRY_MS = 3_000;
const SESSION_EVERY_MS = 5_000;
const LEDGER_EVERY_MS = 10_000;
/** A cue is in the store by then. */
const AFTER_CUE_MS = 1_500;
const NO_ROWS: readonly PresentationRow[] = [];

export interface LiveRoomView {
  readonly room: RoomState;
  /** The session's own figures, asked for over REST; `null` before they are known. */
  readonly session: StreamAnswer | null;
  /** Its presentations with what they brought, over REST as well. */
  readonly ledger: readonly PresentationRow[];
  readonly refused: SocketError | null;
  readonly acknowledge: (alert_id: string, outcome: AlertOutcome | null) => Promise<AckFailure | null>;
  /** Actions that were read or noted over REST. */
  readonly noted: (actions: readonly ActionShown[]) => void;
}

/** One room, kept true over lost connections: a new snapshot on each, alerts resumed by `since_seq`, skipped seconds read again. */
export const useRoom = (
  socket: LiveSocket,
  link: Link,
  rest: Rest,
  stream_id: string,
  paneNames: ReadonlySet<string>,
): LiveRoomView => {
  const [room, hear] = useReducer(hearRoom, UNHEARD_ROOM);
  const [refused, setRefused] = useState<SocketError | null>(null);
  const latest = useRef(room);
  latest.current = room;
  const names = useRef('');
  names.current = CURVE_NAMES.split(',')
    .filter((name) => paneNames.has(name))
    .join(',');
  const up = link.kind === 'up';

  useEffect(() => {
    if (!up) return;
    const stop = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;

    const subscribe = (since_seq: number | null): void => {
      socket.emit('subscribe', { stream_id, ...(since_seq !== null && { since_seq }) }, (reply) => {
        if (stop.signal.aborted) return;
        if (reply.ok) {
          setRefused(null);
          hear({ kind: 'snapshot', snapshot: reply.snapshot, heard_at: Date.now() });
        } else if (reply.error === 'gone') {
          subscribe(null);
        } else {
          setRefused(reply.error);
          retry = setTimeout(() => subscribe(since_seq), RETRY_MS);
        }
      });
    };

    /** Metrics are volatile: seconds that were skipped on the way, or are empty, are read from the store. */
    const fill = async ({ from, to }: { from: number; to: number }): Promise<void> => {
      if (names.current === '') return;
      const answer = await rest.metrics(stream_id, { from, to, step_ms: 1_000, names: names.current }, stop.signal);
      if (answer.kind !== 'ok' || stop.signal.aborted) return;
      hear({ kind: 'panes', panes: answer.body.points.map(readPoint) });
    };

    const deafen = listenToRoom(
      socket,
      (message) => message.stream_id === stream_id && message.mode === 'live',
      (news) => {
        const skipped = news.kind === 'metrics' ? skippedBefore(latest.current, news.message.panes) : null;
        hear(news);
        if (skipped !== null) void fill(skipped);
      },
    );
    subscribe(latest.current.seq > 0 ? latest.current.seq : null);
    return () => {
      stop.abort();
      clearTimeout(retry);
      deafen();
      if (socket.connected) socket.emit('unsubscribe', { stream_id }, () => undefined);
    };
    // A missing alert asks again from the last seq without a gap.
  }, [socket, up, stream_id, rest, room.alert_missing]);

  const isKnown = room.stream !== null;
  // What is over is stored whole: it is read once more, and stands.
  const isOver = room.stream?.status === 'ended';
  const session = useAsked(
    isKnown ? stream_id : null,
    (signal) => rest.stream(stream_id, signal),
    isOver ? NEVER_AGAIN : SESSION_EVERY_MS,
    stream_id,
  ).asked;
  const sessionRead = session.kind === 'known' ? session.body : null;
  useEffect(() => {
    if (sessionRead !== null) hear({ kind: 'stream', stream: sessionRead });
  }, [sessionRead]);

  // A late cue re-cuts presentations: what the server has is asked for, not guessed.
  const ledger = useAsked(
    isKnown ? `${stream_id} ${room.item_on?.presentation_id ?? ''} ${room.cues.length}` : null,
    (signal) => rest.presentations(stream_id, signal),
    isOver ? NEVER_AGAIN : LEDGER_EVERY_MS,
    stream_id,
    isOver ? 0 : AFTER_CUE_MS,
  ).asked;
  const rows = ledger.kind === 'known' ? ledger.body.presentations : NO_ROWS;
  useEffect(() => {
    if (rows === NO_ROWS) return;
    const presentations = rows.map((row) => ({ ...row, stream_id, withdrawn: false, revision: 0 }));
    hear({ kind: 'presentations', presentations });
  }, [rows, stream_id]);

  const acknowledge = useCallback(
    async (alert_id: string, outcome: AlertOutcome | null): Promise<AckFailure | null> => {
      const reply = await sayAcknowledged(socket, { stream_id, alert_id, ...(outcome !== null && { outcome }) });
      if (reply.ok) hear({ kind: 'alert', alert: reply.alert });
      return failureOf(reply);
    },
    [socket, stream_id],
  );

  const noted = useCallback((actions: readonly ActionShown[]) => hear({ kind: 'actions', actions }), []);
  return { room, session: sessionRead, ledger: rows, refused, acknowledge, noted };
};
