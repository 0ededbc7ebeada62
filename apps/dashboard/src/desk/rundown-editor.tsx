import { useState } from 'react';
import type { RundownLine } from '#contract';
import { minorDigits } from '#domain';
import { useSpeech } from '../words/speech.js';

interface Props {
  lines: readonly RundownLine[];
  currency: string | null;
  onSave: (lines: readonly RundownLine[]) => void;
  onCancel: () => void;
}

/** A line as it is typed. `key` is its own while it is edited. */
interface Draft {
  readonly key: number;
  readonly line: RundownLine;
  readonly minutes: string;
  readonly gmv: string;
}

const EMPTY: RundownLine = {
  ...{ item_id: '', title: null, planned_from_s: null, planned_seconds: 300, planned_gmv_minor: null, note: null },
};

/** The plan as a list to type into: saved whole, or left as it was. */
export const RundownEditor = ({ lines, currency, onSave, onCancel }: Props) => {
  const { words } = useSpeech();
  const say = words.desk.rundown;
  const unit = 10 ** minorDigits(currency ?? 'CNY');
  const draftOf = (line: RundownLine, key: number): Draft => ({
    key,
    line,
    minutes: String(line.planned_seconds / 60),
    gmv: line.planned_gmv_minor === null ? '' : String(line.planned_gmv_minor / unit),
  });
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => (lines.length === 0 ? [EMPTY] : lines).map(draftOf));
  const change = (key: number, part: Partial<Draft>): void =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  const text = (draft: Draft, name: 'item_id' | 'title', value: string): void =>
    change(draft.key, { line: { ...draft.line, [name]: name === 'title' && value === '' ? null : value } });
  const up = (i: number): void => setDrafts(drafts.with(i - 1, drafts[i]!).with(i, drafts[i - 1]!));

  const typed = ({ line, minutes, gmv }: Draft): RundownLine => ({
    ...line,
    planned_seconds: Math.round(Number(minutes) * 60),
    planned_gmv_minor: gmv.trim() === '' ? null : Math.round(Number(gmv) * unit),
  });
  return (
    <form
      className="rundown-editor"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(drafts.map(typed).filter(({ item_id }) => item_id.trim() !== ''));
      }}
    >
      <ol>
        {drafts.map((draft, i) => {
          const named = draft.line.title ?? draft.line.item_id;
          return (
            <li key={draft.key}>
              <input
                aria-label={say.item}
                placeholder={say.item}
                value={draft.line.item_id}
                onChange={(event) => text(draft, 'item_id', event.target.value)}
              />
              <input
                aria-label={say.title}
                placeholder={say.title}
                value={draft.line.title ?? ''}
                onChange={(event) => text(draft, 'title', event.target.value)}
              />
              <input
                aria-label={say.minutes}
                placeholder={say.minutes}
                type="number"
                min="0.1"
                step="any"
                required
                value={draft.minutes}
                onChange={(event) => change(draft.key, { minutes: event.target.value })}
              />
              <input
                aria-label={say.gmv}
                placeholder={say.gmv}
                type="number"
                min="0"
                step="any"
                value={draft.gmv}
                onChange={(event) => change(draft.key, { gmv: event.target.value })}
              />
              <span className="row-actions">
                <button type="button" disabled={i === 0} aria-label={say.up(named)} onClick={() => up(i)}>
                  ↑
                </button>
                <button
                  type="button"
                  aria-label={say.remove(named)}
                  onClick={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
                >
                  ✕
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      <p className="rundown-actions">
        <button
          type="button"
          onClick={() =>
            setDrafts([...drafts, draftOf(EMPTY, 1 + drafts.reduce((most, { key }) => Math.max(most, key), 0))])
          }
        >
          {say.add}
        </button>
        <button type="submit" className="primary">
          {say.save}
        </button>
        <button type="button" onClick={onCancel}>
          {say.cancel}
        </button>
      </p>
    </form>
  );
};
