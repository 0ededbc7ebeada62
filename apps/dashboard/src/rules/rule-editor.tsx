import { useState } from 'react';
import type { RuleChange, RuleParameter, RuleRow } from '#contract';
import { dayAndTime } from '../format/clocks.js';
import type { Answered, Rest } from '../live/rest.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';
import { Backtest } from './backtest.js';
import { changesOf, draftOf, settingsBack, writeValue, type Draft } from './settings-draft.js';

interface Props {
  rest: Rest;
  row: RuleRow;
  onRow: (row: RuleRow) => void;
}

/** One rule: what it does, how it did, what it is set to, and what it would have fired set otherwise. */
export const RuleEditor = ({ rest, row, onRow }: Props) => {
  const { words, formats, language } = useSpeech();
  const say = words.rules;
  // Only what was typed: what others set meanwhile shows, and is not undone by saving.
  const [typed, setTyped] = useState<Draft>({});
  const draft = { ...draftOf(row.settings, row.parameters), ...typed };
  const [undo, setUndo] = useState<RuleChange | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const changes = changesOf(draft, row.settings, row.parameters);
  const isChanged = Object.keys(changes).length > 0;
  const of = { rule: row.rule, ...(row.stream_id !== null && { stream_id: row.stream_id }) };

  const put = async (change: RuleChange, back: RuleChange | null): Promise<void> => {
    const answer: Answered<RuleRow> = await rest.putRule(change);
    if (answer.kind !== 'ok') {
      setRefusal(whyNot(answer, words));
      return;
    }
    setRefusal(null);
    setUndo(back);
    setTyped({});
    onRow(answer.body);
  };
  const { precision, acted, false_alarm } = row.precision;
  return (
    <section className="rule-editor panel" aria-labelledby="rule-title">
      <h2 id="rule-title">{row.title[language]}</h2>
      <p className="muted">{row.description[language]}</p>
      <p className="muted fine">
        {row.changed_at === null
          ? row.stream_id === null
            ? say.never
            : say.neverHere
          : say.changed(dayAndTime(row.changed_at), row.changed_by ?? '')}
        {' · '}
        {precision === null
          ? say.noPrecision
          : say.precision(formats.share(precision), formats.exact(acted + false_alarm))}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void put({ ...of, settings: changes }, { ...of, settings: settingsBack(row, changes) });
        }}
      >
        <div className="parameters">
          {row.parameters.map((parameter) => (
            <Parameter
              key={parameter.name}
              parameter={parameter}
              value={draft[parameter.name] ?? ''}
              standard={writeValue(row.defaults[parameter.name])}
              isOfRoom={row.stream_id !== null}
              onChange={(value) => setTyped({ ...typed, [parameter.name]: value })}
            />
          ))}
        </div>
        <p className="rundown-actions" role="status">
          <button type="submit" className="primary" disabled={!isChanged}>
            {say.save}
          </button>
          <button
            type="button"
            disabled={row.changed_at === null}
            onClick={() => void put({ ...of, settings: null }, { ...of, settings: settingsBack(row, null) })}
          >
            {row.stream_id === null ? say.defaults : say.asElsewhere}
          </button>
          {undo !== null && (
            <>
              <span className="muted">{say.saved}</span>
              <button type="button" onClick={() => void put(undo, null)}>
                {say.undo}
              </button>
            </>
          )}
        </p>
      </form>
      <Refusal said={say.refused} why={refusal} />
      <Backtest rest={rest} rule={row.rule} settings={{ ...row.settings, ...changes }} />
    </section>
  );
};

interface ParameterProps {
  parameter: RuleParameter;
  value: string | boolean;
  standard: string;
  /** The standard is what holds for all rooms. */
  isOfRoom: boolean;
  onChange: (value: string | boolean) => void;
}

const Parameter = ({ parameter, value, standard, isOfRoom, onChange }: ParameterProps) => {
  const { words, language } = useSpeech();
  const { name, kind, unit, min, max, choices, title } = parameter;
  const id = `parameter-${name}`;
  const isStandard = String(value) === standard;
  return (
    <div className="parameter">
      <label htmlFor={id}>{title[language]}</label>
      {typeof value === 'boolean' ? (
        <input id={id} type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      ) : kind === 'choice' ? (
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          {choices?.map((choice) => (
            <option key={choice} value={choice}>
              {(words.severity as Record<string, string>)[choice] ?? choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type={kind === 'number' ? 'number' : 'text'}
          step="any"
          min={min}
          max={max}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <span className="muted fine">
        {words.rules.unit[unit] ?? unit}{' '}
        {!isStandard &&
          standard !== '' &&
          typeof value !== 'boolean' &&
          `· ${isOfRoom ? words.rules.elsewhere(standard) : words.rules.standard(standard)}`}
      </span>
    </div>
  );
};
