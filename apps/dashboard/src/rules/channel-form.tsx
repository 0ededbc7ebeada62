import { useId, useState, type ReactNode } from 'react';
import { CHANNEL_KINDS, type Channel, type ChannelRequest } from '#contract';
import { SEVERITIES } from '#domain';
import { LANGUAGES } from '#say';
import { useSpeech } from '../words/speech.js';

interface Props {
  /** What is changed; `null`: a new one. */
  channel: Channel | null;
  /** Names that others have. */
  taken: readonly string[];
  onSave: (channel_id: string, request: ChannelRequest) => void;
  onCancel: () => void;
}

const NEW: Omit<Channel, 'language'> = {
  ...{ channel_id: '', kind: 'generic', url: '', streams: ['*'] },
  ...{ severity_min: 'warning', enabled: true },
};

/** A channel as it is typed. An address or a secret that is left as it was shown stays what it is. */
export const ChannelForm = ({ channel, taken, onSave, onCancel }: Props) => {
  const { words, language } = useSpeech();
  const say = words.rules.channels;
  const [draft, setDraft] = useState<Channel>(channel ?? { ...NEW, language });
  const [rooms, setRooms] = useState(draft.streams.join(', '));
  const [secret, setSecret] = useState('');
  const set = (part: Partial<Channel>): void => setDraft({ ...draft, ...part });
  const streams = rooms.split(/[,，\s]+/).filter((room) => room !== '');
  const isTaken = channel === null && taken.includes(draft.channel_id.trim());
  const isWhole = draft.channel_id.trim() !== '' && !isTaken && draft.url.trim() !== '' && streams.length > 0;
  // A secret goes with its address.
  const keepsSecret = channel !== null && draft.url === channel.url;
  return (
    <form
      className="channel-form"
      onSubmit={(event) => {
        event.preventDefault();
        const { channel_id, ...request } = draft;
        onSave(channel_id.trim(), { ...request, streams, ...(secret !== '' && { secret }) });
      }}
    >
      <Field name={say.name}>
        {(id) => (
          <input
            id={id}
            autoFocus
            disabled={channel !== null}
            value={draft.channel_id}
            onChange={(event) => set({ channel_id: event.target.value })}
          />
        )}
      </Field>
      <Field name={say.kind}>
        {(id) => (
          <Choice
            id={id}
            value={draft.kind}
            among={CHANNEL_KINDS}
            nameOf={(kind) => say.kindName[kind]}
            onChange={(kind) => set({ kind })}
          />
        )}
      </Field>
      <Field name={say.url}>
        {(id) => <input id={id} value={draft.url} onChange={(event) => set({ url: event.target.value })} />}
      </Field>
      <Field name={keepsSecret ? say.secretKept : say.secret}>
        {(id) => (
          <input
            id={id}
            type="password"
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        )}
      </Field>
      <Field name={say.streams}>
        {(id) => <input id={id} value={rooms} onChange={(event) => setRooms(event.target.value)} />}
      </Field>
      <Field name={say.severity}>
        {(id) => (
          <Choice
            id={id}
            value={draft.severity_min}
            among={SEVERITIES}
            nameOf={(severity) => words.severity[severity]}
            onChange={(severity_min) => set({ severity_min })}
          />
        )}
      </Field>
      <Field name={say.language}>
        {(id) => (
          <Choice
            id={id}
            value={draft.language}
            among={LANGUAGES}
            nameOf={(one) => ({ zh: '中文', en: 'English' })[one]}
            onChange={(chosen) => set({ language: chosen })}
          />
        )}
      </Field>
      <Field name={say.enabled}>
        {(id) => (
          <input
            id={id}
            type="checkbox"
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
          />
        )}
      </Field>
      {isTaken && (
        <p className="tone-raised" role="status">
          {say.taken}
        </p>
      )}
      <p className="rundown-actions">
        <button type="submit" className="primary" disabled={!isWhole}>
          {say.save}
        </button>
        <button type="button" onClick={onCancel}>
          {say.cancel}
        </button>
      </p>
    </form>
  );
};

const Field = ({ name, children }: { name: string; children: (id: string) => ReactNode }) => {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{name}</label>
      {children(id)}
    </>
  );
};

interface ChoiceProps<T extends string> {
  id: string;
  value: T;
  among: readonly T[];
  nameOf: (one: T) => string;
  onChange: (one: T) => void;
}

const Choice = <T extends string>({ id, value, among, nameOf, onChange }: ChoiceProps<T>) => (
  <select
    id={id}
    value={value}
    onChange={(event) => onChange(among.find((one) => one === event.target.value) ?? value)}
  >
    {among.map((one) => (
      <option key={one} value={one}>
        {nameOf(one)}
      </option>
    ))}
  </select>
);
