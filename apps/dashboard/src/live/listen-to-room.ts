import type {
  ActionMessage,
  AlertMessage,
  CueMessage,
  DanmakuMessage,
  MetricsMessage,
  Mode,
  WordsMessage,
} from '#contract';
import type { LiveSocket } from './link.js';
import type { RoomNews } from './room-state.js';

interface Spoken {
  readonly stream_id: string;
  readonly mode: Mode;
}

/** Hears what the socket says of a room as news of it: of those messages that are `isOurs`, since a replay speaks on the same socket as a live room. Answers how to stop. */
export const listenToRoom = (
  socket: LiveSocket,
  isOurs: (message: Spoken) => boolean,
  hear: (news: RoomNews) => void,
): (() => void) => {
  const told =
    <Message extends Spoken>(news: (message: Message) => RoomNews) =>
    (message: Message): void => {
      if (isOurs(message)) hear(news(message));
    };
  const metrics = told<MetricsMessage>((message) => ({ kind: 'metrics', message, heard_at: Date.now() }));
  const alert = told<AlertMessage>(({ alert }) => ({ kind: 'alert', alert }));
  const cue = told<CueMessage>(({ cue }) => ({ kind: 'cue', cue }));
  const danmaku = told<DanmakuMessage>(({ messages }) => ({ kind: 'danmaku', messages }));
  const words = told<WordsMessage>((said) => ({ kind: 'said', said }));
  const action = told<ActionMessage>(({ action }) => ({ kind: 'actions', actions: [action] }));
  socket
    .on('metrics', metrics)
    .on('alert', alert)
    .on('cue', cue)
    .on('danmaku', danmaku)
    .on('words', words)
    .on('action', action);
  return () => {
    socket
      .off('metrics', metrics)
      .off('alert', alert)
      .off('cue', cue)
      .off('danmaku', danmaku)
      .off('words', words)
      .off('action', action);
  };
};
