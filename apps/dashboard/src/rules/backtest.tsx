import { useState } from 'react';
import type { AlertRule } from '#domain';
import type { BacktestAnswer, RuleSettings, StreamRow } from '#contract';
import { dayAndTime } from '../format/clocks.js';
import type { Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';

interface Props {
  rest: Rest;
  rule: AlertRule;
  settings: Partial<RuleSettings>;
}

const OFFERED = 8;
const EVERY_MS = 60_000;

/** Plays sessions that are over through the rule as it is set in the form, before it is saved. */
export const Backtest = ({ rest, rule, settings }: Props) => {
  const { words } = useSpeech();
  const say = words.rules.backtest;
  const sessions = useAsked('ended', (signal) => rest.sessions(null, signal), EVERY_MS).asked;
  const offered = sessions.kind === 'known' ? sessions.body.streams.slice(0, OFFERED) : [];
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [state, setState] = useState<
    { kind: 'idle' | 'running' } | { kind: 'refused'; why: string } | { kind: 'done'; answer: BacktestAnswer }
  >({ kind: 'idle' });
  const chosen = offered.map(({ stream_id }) => stream_id).filter((id) => !left.has(id));
  const run = async (): Promise<void> => {
    setState({ kind: 'running' });
    const answer = await rest.backtest({ rule, stream_ids: chosen, settings });
    if (answer.kind === 'ok') setState({ kind: 'done', answer: answer.body });
    else setState({ kind: 'refused', why: whyNot(answer, words) });
  };
  const toggle = (id: string): void => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  };
  return (
    <section className="backtest" aria-labelledby="backtest-title">
      <h3 id="backtest-title">{say.title}</h3>
      <p className="muted fine">{offered.length === 0 ? say.none : say.hint}</p>
      {offered.length > 0 && (
        <>
          <div className="backtest-sessions" role="group" aria-label={say.choose}>
            {offered.map(({ stream_id, title, started_at }) => (
              <label key={stream_id}>
                <input type="checkbox" checked={!left.has(stream_id)} onChange={() => toggle(stream_id)} />
                {title ?? stream_id} <span className="muted figure">{dayAndTime(started_at)}</span>
              </label>
            ))}
          </div>
          <button type="button" disabled={state.kind === 'running' || chosen.length === 0} onClick={() => void run()}>
            {state.kind === 'running' ? say.running : say.run}
          </button>
        </>
      )}
      {state.kind === 'refused' && (
        <p className="alert-failure" role="alert">
          {say.refused} {state.why}
        </p>
      )}
      {state.kind === 'done' && <Outcome answer={state.answer} sessions={offered} />}
    </section>
  );
};

const Outcome = ({ answer, sessions }: { answer: BacktestAnswer; sessions: readonly StreamRow[] }) => {
  const { words, formats } = useSpeech();
  const say = words.rules.backtest;
  const nameOf = (id: string): string => {
    const session = sessions.find(({ stream_id }) => stream_id === id);
    return session === undefined ? id : `${session.title ?? id} · ${dayAndTime(session.started_at)}`;
  };
  return (
    <table className="backtest-outcome">
      <thead>
        <tr>
          {[say.session, say.would, say.fired, say.both, say.added, say.gone].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {answer.sessions.map(({ stream_id, would_fire, fired, both, added, gone }) => (
          <tr key={stream_id}>
            <th scope="row">{nameOf(stream_id)}</th>
            {[would_fire.length, fired.length, both, added, gone].map((count, i) => (
              <td key={i} className="figure">
                {formats.exact(count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
