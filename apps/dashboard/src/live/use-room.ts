import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type {
  ActionMessage,
  ActionShown,
  AlertMessage,
  CueMessage,
  DanmakuMessage,
  MetricsMessage,
  Mode,
  PresentationRow,
  SocketError,
  WordsMessage,
} from '#contract';
import type { AlertOutcome } from '#domain';
import { failureOf, sayAcknowledged, type AckFailure } from './acknowledge.js';
import { readPoint } from './curves.js';
import type { Link } from './freshness.js';
import type { LiveSocket } from './link.js';
import { useRepeated } from './now.js';
import { CURVE_NAMES, type Rest, type StreamAnswer } from './rest.js';
import { hearRoom, skippedBefore, UNHEARD_ROOM, type RoomState } from './room-state.js';

const RETRY_MS = 3_000;
const SESSION_EVERY_MS = 5_000;
const LEDGER_EVERY_MS = 10_000;
/** A cue is in the store by then. */
const AFTER_CUE_MS = 1_500;

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
  const [session, setSession] = useState<StreamAnswer | null>(null);
  const [ledger, setLedger] = useState<readonly PresentationRow[]>([]);
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

    /** A session that is played back to this page speaks on the same socket, with a mode of its own. */
    const isOurs = (message: { stream_id: string; mode: Mode }): boolean =>
      message.stream_id === stream_id && message.mode === 'live';
    const metrics = (message: MetricsMessage): void => {
      if (!isOurs(message)) return;
      const skipped = skippedBefore(latest.current, message.panes);
      hear({ kind: 'metrics', message, heard_at: Date.now() });
      if (skipped !== null) void fill(skipped);
    };
    const alert = (message: AlertMessage): void => {
      if (isOurs(message)) hear({ kind: 'alert', alert: message.alert });
    };
    const cue = (message: CueMessage): void => {
      if (isOurs(message)) hear({ kind: 'cue', cue: message.cue });
    };
    const danmaku = (message: DanmakuMessage): void => {
      if (isOurs(message)) hear({ kind: 'danmaku', messages: message.messages });
    };
    const said = (message: WordsMessage): void => {
      if (isOurs(message)) hear({ kind: 'said', said: message });
    };
    const action = (message: ActionMessage): void => {
      if (isOurs(message)) hear({ kind: 'actions', actions: [message.action] });
    };

    socket.on('metrics', metrics);
    socket.on('alert', alert);
    socket.on('cue', cue);
    socket.on('danmaku', danmaku);
    socket.on('words', said);
    socket.on('action', action);
    subscribe(latest.current.seq > 0 ? latest.current.seq : null);
    return () => {
      stop.abort();
      clearTimeout(retry);
      socket.off('metrics', metrics);
      socket.off('alert', alert);
      socket.off('cue', cue);
      socket.off('danmaku', danmaku);
      socket.off('words', said);
      socket.off('action', action);
      if (socket.connected) socket.emit('unsubscribe', { stream_id }, () => undefined);
    };
    // A missing alert asks again from the last seq without a gap.
  }, [socket, up, stream_id, rest, room.alert_missing]);

  const isKnown = room.stream !== null;
  useRepeated(
    async (signal) => {
      if (!isKnown) return;
      const answer = await rest.stream(stream_id, signal);
      if (answer.kind !== 'ok' || signal.aborted) return;
      setSession(answer.body);
      hear({ kind: 'stream', stream: answer.body });
    },
    SESSION_EVERY_MS,
    [rest, stream_id, isKnown],
  );

  const on = room.item_on?.presentation_id ?? null;
  const cues = room.cues.length;
  // A late cue re-cuts presentations: what the server has is asked for, not guessed.
  useRepeated(
    async (signal) => {
      if (!isKnown) return;
      const answer = await rest.presentations(stream_id, signal);
      if (answer.kind !== 'ok' || signal.aborted) return;
      setLedger(answer.body.presentations);
      const presentations = answer.body.presentations.map((row) => ({
        ...row,
        stream_id,
        withdrawn: false,
        revision: 0,
      }));
      hear({ kind: 'presentations', presentations });
    },
    LEDGER_EVERY_MS,
    [rest, stream_id, isKnown, on, cues],
    AFTER_CUE_MS,
  );

  const acknowledge = useCallback(
    async (alert_id: string, outcome: AlertOutcome | null): Promise<AckFailure | null> => {
      const reply = await sayAcknowledged(socket, { stream_id, alert_id, ...(outcome !== null && { outcome }) });
      if (reply.ok) hear({ kind: 'alert', alert: reply.alert });
      return failureOf(reply);
    },
    [socket, stream_id],
  );

  const noted = useCallback((actions: readonly ActionShown[]) => hear({ kind: 'actions', actions }), []);
  return { room, session, ledger, refused, acknowledge, noted };
};
