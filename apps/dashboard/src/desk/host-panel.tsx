import { useState } from 'react';
import { HOST_NUMBERS, type HostNumber, type HostView } from '#contract';
import type { Rest } from '../live/rest.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';

interface Props {
  rest: Rest;
  stream_id: string;
  view: HostView;
  href: string;
  onView: (view: HostView) => void;
}

/** What the producer lets the host see, and a line to the host; both are shown at once. */
export const HostPanel = ({ rest, stream_id, view, href, onView }: Props) => {
  const { words } = useSpeech();
  const say = words.host.desk;
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const put = async (next: HostView): Promise<void> => {
    onView(next);
    const answer = await rest.putHostView(stream_id, next);
    if (answer.kind !== 'ok') {
      onView(view);
      setRefusal(whyNot(answer, words));
      return;
    }
    setRefusal(null);
    onView(answer.body);
  };
  const toggled = (name: HostNumber): HostNumber[] =>
    view.show.includes(name) ? view.show.filter((one) => one !== name) : [...view.show, name];
  return (
    <div className="host-panel">
      <p className="muted">{say.shows}</p>
      <div className="host-shows">
        {HOST_NUMBERS.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={view.show.includes(name)}
              onChange={() => void put({ ...view, show: toggled(name) })}
            />{' '}
            {words.host.number[name]}
          </label>
        ))}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          void put({ ...view, message: text.trim() });
          setText('');
        }}
      >
        <input
          aria-label={say.message}
          placeholder={say.message}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit">{say.send}</button>
      </form>
      {view.message !== null && (
        <p className="host-said">
          <q>{view.message}</q>{' '}
          <button type="button" onClick={() => void put({ ...view, message: null })}>
            {say.clear}
          </button>
        </p>
      )}
      <Refusal said={say.refused} why={refusal} />
      <p>
        <a className="text-link" href={href} target="_blank" rel="noreferrer">
          {say.open} ↗
        </a>
      </p>
    </div>
  );
};
