import { useEffect, useRef, useState, type ReactNode } from 'react';
import { rundownProgress, type LineProgress, type RundownAnswer, type RundownLine } from '#contract';
import type { Presentation } from '#domain';
import { stopwatch } from '../format/clocks.js';
import type { Rest } from '../live/rest.js';
import { useAsked, type Asked } from '../live/use-asked.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';
import { RundownEditor } from './rundown-editor.js';

interface Props {
  rest: Rest;
  stream_id: string;
  rundown: Asked<RundownAnswer>;
  onRundown: (rundown: RundownAnswer) => void;
  presentations: readonly Presentation[];
  startedAt: number;
  asOf: number | null;
  currency: string | null;
  isLive: boolean;
}

/** The show runs late or early only beyond this. */
const ON_PLAN_WITHIN_S = 15;
const HISTORY_EVERY_MS = 60_000;
/** Of the line before, so much stays in sight above the one that is on. */
const ABOVE_PX = 60;

/** The plan against what happened: what is on and for how long still, what is next and what it should earn. */
export const RundownPanel = (props: Props) => {
  const { rest, stream_id, rundown, onRundown, presentations, startedAt, asOf, currency, isLive } = props;
  const { words } = useSpeech();
  const say = words.desk.rundown;
  const [isEditing, setEditing] = useState(false);
  const [replaced, setReplaced] = useState<readonly RundownLine[] | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  if (rundown.kind === 'failed') return <p className="muted">{words.desk.failed}</p>;
  if (rundown.kind !== 'known') return <p className="muted">{words.waiting}</p>;
  const { lines } = rundown.body;

  const put = async (next: readonly RundownLine[], undo: readonly RundownLine[] | null): Promise<void> => {
    const answer = await rest.putRundown(stream_id, next);
    if (answer.kind !== 'ok') {
      setRefusal(whyNot(answer, words));
      return;
    }
    setRefusal(null);
    setEditing(false);
    setReplaced(undo);
    onRundown(answer.body);
  };
  const notSaved = <Refusal said={say.refused} why={refusal} />;
  if (isEditing)
    return (
      <>
        <RundownEditor
          lines={lines}
          currency={currency}
          onSave={(next) => void put(next, lines)}
          onCancel={() => setEditing(false)}
        />
        {notSaved}
      </>
    );

  const progress = rundownProgress(lines, presentations, startedAt, asOf ?? startedAt);
  const drift = isLive ? progress.behind_s : null;
  return (
    <div className="rundown-panel">
      {lines.length === 0 && <p className="muted">{say.none}</p>}
      {drift !== null && Math.abs(drift) > ON_PLAN_WITHIN_S && (
        <p className={drift > 0 ? 'tone-raised' : 'muted'}>
          {(drift > 0 ? say.behind : say.ahead)(stopwatch(Math.abs(drift) * 1000))}
        </p>
      )}
      <ol className="rundown">
        {progress.lines.map((one, i) => (
          <Line
            key={i}
            progress={one}
            currency={currency}
            earns={
              isLive && one.state === 'next' ? <UsuallyEarns rest={rest} line={one.line} currency={currency} /> : null
            }
          />
        ))}
      </ol>
      {notSaved}
      <p className="rundown-actions" role="status">
        <button type="button" onClick={() => setEditing(true)}>
          {lines.length === 0 ? say.write : say.edit}
        </button>
        {replaced !== null && (
          <>
            <span className="muted">{say.saved}</span>
            <button type="button" onClick={() => void put(replaced, null)}>
              {say.undo}
            </button>
          </>
        )}
      </p>
    </div>
  );
};

/** What the item that is next earned a minute, the middle of its last presentations in any session. */
const UsuallyEarns = ({ rest, line, currency }: { rest: Rest; line: RundownLine; currency: string | null }) => {
  const { words, formats } = useSpeech();
  const { asked } = useAsked(line.item_id, (signal) => rest.history(line.item_id, signal), HISTORY_EVERY_MS);
  if (asked.kind !== 'known') return null;
  const rates = asked.body.presentations
    .map((row) => row['gmv_per_min'])
    .filter((rate) => typeof rate === 'number')
    .sort((a, b) => a - b);
  const middle = rates[Math.floor(rates.length / 2)];
  if (middle === undefined) return null;
  return (
    <span className="figure line-earns">
      {words.desk.rundown.earns(formats.money(Math.round(middle), currency), formats.exact(rates.length))}
    </span>
  );
};

interface LineProps {
  progress: LineProgress;
  currency: string | null;
  earns: ReactNode;
}

const Line = ({ progress, currency, earns }: LineProps) => {
  const { words, formats } = useSpeech();
  const say = words.desk.rundown;
  const { line, state, planned_from_s, actual_s, over_s } = progress;
  const length = (): string => {
    if (over_s === null) return '';
    if (state === 'on' && over_s < 0) return say.left(stopwatch(-over_s * 1000));
    if (Math.abs(over_s) < 1) return '';
    return (over_s > 0 ? say.over : say.under)(stopwatch(Math.abs(over_s) * 1000));
  };
  const own = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // What is on is in sight; only the desk moves, not the page.
    const body = own.current?.closest('.desk-body');
    if (state === 'on' && own.current && body) body.scrollTop = own.current.offsetTop - ABOVE_PX;
  }, [state]);
  return (
    <li ref={own} className={`line line-${state}`}>
      <span className="figure muted line-from">{stopwatch(planned_from_s * 1000)}</span>
      <span className="line-title">
        {line.title ?? line.item_id}
        {line.note !== null && <span className="muted"> {line.note}</span>}
      </span>
      <span className="line-state">{say.state[state]}</span>
      <span className="figure line-length">
        {actual_s === null ? '' : `${stopwatch(actual_s * 1000)} / `}
        {stopwatch(line.planned_seconds * 1000)}
      </span>
      <span className="figure muted line-gmv">
        {line.planned_gmv_minor === null ? '' : `${say.planned} ${formats.money(line.planned_gmv_minor, currency)}`}
      </span>
      {earns}
      <span className={`figure line-over ${over_s !== null && over_s > 0 ? 'tone-raised' : 'muted'}`}>{length()}</span>
    </li>
  );
};
