import { useState } from 'react';
import type { Silence } from '#contract';
import { ALERT_RULES, type AlertRule } from '#domain';
import { dayAndTime } from '../format/clocks.js';
import type { Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';
import { AskedPanel } from './asked-panel.js';

const EVERY_MS = 15_000;
const MINUTES = [15, 60, 240] as const;

/** What no channel is told of, until when; a new one ends by itself, and any can be ended now. */
export const Silences = ({ rest }: { rest: Rest }) => {
  const { words } = useSpeech();
  const say = words.rules.silences;
  const { asked, hear } = useAsked('silences', rest.silences, EVERY_MS);
  const [room, setRoom] = useState('');
  const [rule, setRule] = useState('');
  const [reason, setReason] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const silences = asked.kind === 'known' ? asked.body.silences : [];

  const add = async (minutes: number): Promise<void> => {
    const answer = await rest.addSilence({
      until: Date.now() + minutes * 60_000,
      ...(room.trim() !== '' && { stream_id: room.trim() }),
      ...(rule !== '' && { rule: rule as AlertRule }),
      ...(reason.trim() !== '' && { reason: reason.trim() }),
    });
    if (answer.kind !== 'ok') return setRefusal(whyNot(answer, words));
    setRefusal(null);
    hear({ silences: [answer.body, ...silences], cursor: null });
  };
  const end = async ({ silence_id }: Silence): Promise<void> => {
    const answer = await rest.endSilence(silence_id);
    if (answer.kind === 'ok') hear({ silences: silences.filter((one) => one.silence_id !== silence_id), cursor: null });
    else setRefusal(whyNot(answer, words));
  };
  return (
    <AskedPanel name="silences" title={say.title} asked={asked}>
      {() => (
        <>
          <p className="muted fine">{say.hint}</p>
          <div className="silence-form">
            <input
              aria-label={say.room}
              placeholder={say.room}
              value={room}
              onChange={(event) => setRoom(event.target.value)}
            />
            <select aria-label={words.rules.title} value={rule} onChange={(event) => setRule(event.target.value)}>
              <option value="">{say.every}</option>
              {ALERT_RULES.map((one) => (
                <option key={one} value={one}>
                  {words.rule[one]}
                </option>
              ))}
            </select>
            <input
              aria-label={say.reason}
              placeholder={say.reason}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <span>
              {MINUTES.map((minutes) => (
                <button key={minutes} type="button" onClick={() => void add(minutes)}>
                  {say.add} {say.minutes(minutes)}
                </button>
              ))}
            </span>
          </div>
          <Refusal said={say.refused} why={refusal} />
          {silences.length === 0 ? (
            <p className="muted">{say.none}</p>
          ) : (
            <ul>
              {silences.map((silence) => (
                <li key={silence.silence_id}>
                  <strong>{silence.rule === null ? say.every : words.rule[silence.rule]}</strong>{' '}
                  {silence.stream_id ?? words.rules.allRooms}{' '}
                  <span className="muted">{say.until(dayAndTime(silence.until))}</span>{' '}
                  {silence.reason !== '' && <q className="muted">{silence.reason}</q>}{' '}
                  <button type="button" onClick={() => void end(silence)}>
                    {say.end}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </AskedPanel>
  );
};
