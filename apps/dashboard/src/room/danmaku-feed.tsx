import { timeOfDay } from '../format/clocks.js';
import type { DanmakuShown } from '../live/room-state.js';
import { useSpeech } from '../words/speech.js';

/** What the room says: a sample of its danmaku, newest first, redacted by the server. */
export const DanmakuFeed = ({ messages }: { messages: readonly DanmakuShown[] }) => {
  const { words } = useSpeech();
  return (
    <section className="danmaku panel" aria-labelledby="danmaku-title">
      <header>
        <h2 id="danmaku-title">{words.danmaku}</h2>
        <span className="muted">{words.danmakuSample}</span>
      </header>
      {messages.length === 0 ? (
        <p className="muted">{words.danmakuNone}</p>
      ) : (
        <ol>
          {messages.toReversed().map(({ ts, text }, i) => (
            <li key={messages.length - i}>
              <time className="muted figure">{timeOfDay(ts)}</time> {text}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};
