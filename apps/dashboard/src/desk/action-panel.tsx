import { useState } from 'react';
import { ACTION_KINDS, type ActionKind, type ActionShown, type BeforeAfter } from '#contract';
import { timeOfDay } from '../format/clocks.js';
import type { Rest } from '../live/rest.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';

interface Props {
  rest: Rest;
  stream_id: string;
  actions: readonly ActionShown[];
  currency: string | null;
  /** Whether anything can be noted now. */
  isLive: boolean;
  onNoted: (action: ActionShown) => void;
}

/** What was changed on air and what followed; a new one is noted with a kind and a word. */
export const ActionPanel = ({ rest, stream_id, actions, currency, isLive, onNoted }: Props) => {
  const { words } = useSpeech();
  const say = words.desk.actions;
  const [kind, setKind] = useState<ActionKind>('talk_track');
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);

  const note = async (): Promise<void> => {
    const said = text.trim() === '' ? say.kind[kind] : text.trim();
    const answer = await rest.postAction(stream_id, { kind, text: said });
    if (answer.kind !== 'ok') {
      setRefusal(whyNot(answer, words));
      return;
    }
    setRefusal(null);
    setText('');
    onNoted(answer.body);
  };
  return (
    <div className="action-panel">
      {isLive && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void note();
          }}
        >
          <select
            aria-label={words.desk.tab.actions}
            value={kind}
            onChange={(event) => setKind(kindOf(event.target.value))}
          >
            {ACTION_KINDS.map((one) => (
              <option key={one} value={one}>
                {say.kind[one]}
              </option>
            ))}
          </select>
          <input
            id="action-text"
            maxLength={500}
            placeholder={say.hint}
            aria-label={say.hint}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit">{say.note}</button>
        </form>
      )}
      <Refusal said={say.refused} why={refusal} />
      {actions.length === 0 ? (
        <p className="muted">{say.none}</p>
      ) : (
        <ol className="actions">
          {actions.toReversed().map((action) => (
            <Action key={action.action_id} action={action} currency={currency} />
          ))}
        </ol>
      )}
      {actions.some(({ followed }) => followed !== null) && <p className="muted fine">{say.claim}</p>}
    </div>
  );
};

const kindOf = (value: string): ActionKind => ACTION_KINDS.find((kind) => kind === value) ?? 'note';

const Action = ({ action, currency }: { action: ActionShown; currency: string | null }) => {
  const { words } = useSpeech();
  const say = words.desk.actions;
  const { ts, kind, text, by, followed } = action;
  return (
    <li>
      <p>
        <time className="muted figure">{timeOfDay(ts)}</time> <span className="action-kind">{say.kind[kind]}</span>{' '}
        {text !== say.kind[kind] && text} <span className="muted">{say.by(by)}</span>
      </p>
      {followed === null ? (
        <p className="muted fine">{say.followedAfter}</p>
      ) : (
        <ul className="followed">
          {followed.map((figure) => (
            <Followed key={figure.metric} figure={figure} currency={currency} />
          ))}
        </ul>
      )}
    </li>
  );
};

/** Where the interval of the difference holds 0, nothing is said to have changed. */
const isClear = ({ low, high }: BeforeAfter): boolean => low !== null && high !== null && (low > 0 || high < 0);

const Followed = ({ figure, currency }: { figure: BeforeAfter; currency: string | null }) => {
  const { words, formats } = useSpeech();
  const say = words.desk.actions;
  const { metric, before, after, low, high } = figure;
  const write = (value: number | null): string => {
    if (metric === 'gmv_per_min') return formats.money(value === null ? null : Math.round(value), currency);
    return metric === 'dropoff_ratio' ? formats.times(value) : formats.rate(value);
  };
  const range = `${formats.rate(low)} … ${formats.rate(high)}`;
  return (
    <li title={low === null || high === null ? undefined : range}>
      <span className="muted">{say.metric[metric]}</span>{' '}
      <span className="figure">
        {write(before)} → <strong>{write(after)}</strong>
      </span>{' '}
      {!isClear(figure) && <span className="muted">{say.unclear}</span>}
    </li>
  );
};
