import { Slider } from 'radix-ui';
import { useState } from 'react';
import type { ReplayState } from '#contract';
import type { Alert, Presentation } from '#domain';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { useKeys } from '../keys.js';
import { itemHues } from '../room/item-colour.js';
import { useSpeech } from '../words/speech.js';
import { nextPace, PACES, writePace } from './paces.js';

interface Props {
  replay: ReplayState;
  presentations: readonly Pick<Presentation, 'presentation_id' | 'item_id' | 'title' | 'from' | 'to'>[];
  alerts: readonly Alert[];
  onPause: (paused: boolean, speed: number) => void;
  onSeek: (at: number) => void;
}

const JUMP_MS = 10_000;
const JUMP_FAR_MS = 60_000;

/** Plays, pauses and scrubs: the session as a line, with what was on and where alerts began. */
export const Player = ({ replay, presentations, alerts, onPause, onSeek }: Props) => {
  const { words } = useSpeech();
  const say = words.replay;
  const { at, from, to, speed, playing } = replay;
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? at;
  const seek = (moment: number): void => onSeek(Math.min(to, Math.max(from, moment)));
  const pace = (by: 1 | -1): void => onPause(!playing, nextPace(speed, by));
  useKeys({
    ' ': () => onPause(playing, speed),
    ',': () => pace(-1),
    '.': () => pace(1),
    '[': () => seek(at - JUMP_MS),
    ']': () => seek(at + JUMP_MS),
    '{': () => seek(at - JUMP_FAR_MS),
    '}': () => seek(at + JUMP_FAR_MS),
  });
  const hues = itemHues(presentations);
  const place = (ts: number): number => (100 * (Math.min(to, Math.max(from, ts)) - from)) / Math.max(1, to - from);
  return (
    <section className="player panel" aria-label={say.title}>
      <button type="button" className="primary player-play" onClick={() => onPause(playing, speed)}>
        {playing ? `❚❚ ${say.pause}` : `▶ ${say.play}`}
      </button>
      <label className="player-pace">
        <span className="muted">{say.speed}</span>{' '}
        <select value={speed} onChange={(event) => onPause(!playing, Number(event.target.value))}>
          {PACES.map((one) => (
            <option key={one} value={one}>
              {writePace(one)}
            </option>
          ))}
        </select>
      </label>
      <span className="figure clock">{timeOfDay(shown)}</span>
      <div className="player-line" title={say.scrub}>
        <div className="player-bands" aria-hidden="true">
          {presentations.map((one) => (
            <span
              key={one.presentation_id}
              title={one.title ?? one.item_id}
              style={{
                left: `${place(one.from)}%`,
                width: `${place(one.to ?? to) - place(one.from)}%`,
                background: `hsl(${hues.get(one.item_id) ?? 0} 45% 45%)`,
              }}
            />
          ))}
          {alerts
            .filter(({ status }) => status !== 'corrected')
            .map(({ alert_id, detected_at, rule }) => (
              <i key={alert_id} title={words.rule[rule] ?? rule} style={{ left: `${place(detected_at)}%` }} />
            ))}
        </div>
        <Slider.Root
          className="player-slider"
          min={from}
          max={to}
          step={1000}
          value={[shown]}
          onValueChange={([moment]) => setDragged(moment ?? null)}
          onValueCommit={([moment]) => {
            setDragged(null);
            if (moment !== undefined) seek(moment);
          }}
        >
          <Slider.Track className="player-track">
            <Slider.Range className="player-range" />
          </Slider.Track>
          <Slider.Thumb className="player-thumb" aria-label={say.at} aria-valuetext={timeOfDay(shown)} />
        </Slider.Root>
      </div>
      <span className="figure muted">
        {stopwatch(shown - from)} / {stopwatch(to - from)}
      </span>
    </section>
  );
};
