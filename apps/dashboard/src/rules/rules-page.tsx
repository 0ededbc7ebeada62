import { useState } from 'react';
import type { AlertRule } from '#domain';
import type { Rest } from '../live/rest.js';
import { useAsked, type Asked } from '../live/use-asked.js';
import { Notice } from '../parts/notice.js';
import { useSpeech } from '../words/speech.js';
import { Channels } from './channels.js';
import { ForbiddenWords } from './forbidden-words.js';
import { RuleEditor } from './rule-editor.js';
import { Silences } from './silences.js';

const EVERY_MS = 30_000;

interface Props {
  rest: Rest;
  /** The room whose rules are looked at; `null`: those of all rooms. */
  of: string | null;
  onOf: (of: string | null) => void;
}

/** What alerts are decided by, for all rooms or in one; what is silenced, and where they go. */
export const RulesPage = ({ rest, of, onOf }: Props) => {
  const { words, formats, language } = useSpeech();
  const say = words.rules;
  const { asked, hear } = useAsked(`rules ${of ?? ''}`, (signal) => rest.rules(of, signal), EVERY_MS);
  const [chosen, setChosen] = useState<AlertRule>('dropoff_spike');
  const rules = asked.kind === 'known' ? asked.body.rules : [];
  const row = rules.find(({ rule }) => rule === chosen) ?? rules[0];
  return (
    <main className="rules">
      <title>{`${say.title} · Tallylight`}</title>
      <nav className="panel rule-list" aria-label={say.title}>
        <RoomChoice rest={rest} of={of} onOf={onOf} />
        {rules.map(({ rule, title, settings, precision, changed_at }) => (
          <button
            key={rule}
            type="button"
            aria-current={rule === row?.rule ? 'true' : undefined}
            onClick={() => setChosen(rule)}
          >
            <span>
              {title[language]}
              {of !== null && changed_at !== null && <span className="tone-raised fine"> {say.ownHere}</span>}
            </span>
            <span className={`fine ${settings.enabled ? '' : 'tone-raised'}`}>
              {settings.enabled ? say.on : say.off}
              {precision.precision !== null && ` · ${formats.share(precision.precision)}`}
            </span>
          </button>
        ))}
      </nav>
      {row === undefined ? (
        <section className="rule-editor panel">
          <Unread asked={asked} />
        </section>
      ) : (
        <RuleEditor
          key={`${row.rule} ${of ?? ''}`}
          rest={rest}
          row={row}
          onRow={(next) => hear({ rules: rules.map((one) => (one.rule === next.rule ? next : one)), cursor: null })}
        />
      )}
      <div className="rules-side">
        <Silences rest={rest} />
        <Channels rest={rest} />
        <ForbiddenWords rest={rest} />
      </div>
    </main>
  );
};

/** Why no rule is shown. */
const Unread = ({ asked }: { asked: Asked<unknown> }) => {
  const { words } = useSpeech();
  if (asked.kind === 'waiting') return <Notice title={words.waiting}> </Notice>;
  if (asked.kind === 'failed' && asked.isForbidden)
    return (
      <Notice title={words.forbidden} command="npx tally token --role control_room --streams '*'">
        {words.forbiddenHelp}
      </Notice>
    );
  return (
    <Notice title={words.serverDown} command="npm start">
      {words.serverDownHelp}
    </Notice>
  );
};

const RoomChoice = ({ rest, of, onOf }: Props) => {
  const { words } = useSpeech();
  const live = useAsked('live', (signal) => rest.streams('live', signal), EVERY_MS).asked;
  const rooms = live.kind === 'known' ? live.body.streams : [];
  const isListed = of === null || rooms.some(({ stream_id }) => stream_id === of);
  return (
    <label className="rules-of">
      <span className="muted">{words.rules.of}</span>
      <select value={of ?? ''} onChange={(event) => onOf(event.target.value === '' ? null : event.target.value)}>
        <option value="">{words.rules.everyRoom}</option>
        {!isListed && <option value={of}>{of}</option>}
        {rooms.map(({ stream_id, title }) => (
          <option key={stream_id} value={stream_id}>
            {title ?? stream_id}
          </option>
        ))}
      </select>
    </label>
  );
};
