import type { KeywordsAnswer } from '#contract';
import { timeOfDay } from '../format/clocks.js';
import type { DanmakuShown } from '../live/room-state.js';
import { useSpeech } from '../words/speech.js';

interface Props {
  /** `null`: nothing is known of what is said, only the sample is. */
  said: KeywordsAnswer | null;
  danmaku: readonly DanmakuShown[];
}

const WORDS_SHOWN = 12;
/** What was said once does not rise. */
const WORD_COUNT_MIN = 2;

/** What the room says: what it asks first, then what words rise, then a sample, newest first; redacted by the server. */
export const SaidPanel = ({ said, danmaku }: Props) => {
  const { words, formats } = useSpeech();
  const say = words.desk;
  const risen = said?.words.filter(({ count }) => count >= WORD_COUNT_MIN).slice(0, WORDS_SHOWN) ?? [];
  const growth = (value: number | null): string => (value === null ? say.isNew : formats.times(value));
  return (
    <div className="said-panel">
      {said !== null && (
        <>
          <h3>{say.questions}</h3>
          {said.questions.length === 0 && <p className="muted">{say.noQuestions}</p>}
          <ol className="questions">
            {said.questions.map(({ topic, count, example }) => (
              <li key={topic}>
                <span className="figure question-count">{formats.count(count)}</span>
                <span>
                  <strong>{say.topic[topic] ?? topic}</strong> <q className="muted">{example}</q>
                </span>
              </li>
            ))}
          </ol>
          <h3>{say.words}</h3>
          {risen.length === 0 && <p className="muted">{say.noWords}</p>}
          <ul className="words">
            {risen.map(({ word, count, growth: grown }) => (
              <li key={word}>
                {word} <span className="figure muted">{formats.count(count)}</span>{' '}
                <span className="figure word-growth">{growth(grown)}</span>
              </li>
            ))}
          </ul>
          <p className="muted">{say.mood(formats.count(said.mood.praise), formats.count(said.mood.complaints))}</p>
        </>
      )}
      <h3>
        {words.danmaku} <span className="muted">{words.danmakuSample}</span>
      </h3>
      {danmaku.length === 0 ? (
        <p className="muted">{words.danmakuNone}</p>
      ) : (
        <ol className="danmaku">
          {danmaku.toReversed().map(({ ts, text }, i) => (
            <li key={danmaku.length - i}>
              <time className="muted figure">{timeOfDay(ts)}</time> {text}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
};
