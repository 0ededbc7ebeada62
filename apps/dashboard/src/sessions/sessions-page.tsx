import { useState } from 'react';
import type { StreamRow, StreamsAnswer } from '#contract';
import { COMPARED_MAX } from '../compare/compared.js';
import { dayAndTime, stopwatch } from '../format/clocks.js';
import type { Answered, Rest } from '../live/rest.js';
import { useRepeated } from '../live/now.js';
import { isSeen } from '../live/seen.js';
import { waitAfter } from '../live/wait-after.js';
import { Notice } from '../parts/notice.js';
import { openHere } from '../parts/open-here.js';
import { useSpeech } from '../words/speech.js';
import { Calendar } from './calendar.js';
import { dayOf } from './month.js';

interface Props {
  rest: Rest;
  roomHref: (stream_id: string) => string;
  replayHref: (stream_id: string) => string;
  compareHref: (stream_ids: readonly string[]) => string;
  onOpen: (href: string) => void;
}

const EVERY_MS = 30_000;
const FIGURE_COLUMNS = ['viewers', 'online_peak', 'gmv_minor'] as const;

/** The sessions that ended, by day: opened, played back, or laid side by side. */
export const SessionsPage = ({ rest, roomHref, replayHref, compareHref, onOpen }: Props) => {
  const { words, formats } = useSpeech();
  const say = words.replay.sessions;
  const { sessions, refused, more } = useSessions(rest);
  const [day, setDay] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);

  if (refused === 403)
    return (
      <Notice title={words.forbidden} command="npx tally token --role analyst --streams '*'">
        {words.forbiddenHelp}
      </Notice>
    );
  if (sessions === null)
    return refused === null ? (
      <Notice title={words.waiting}> </Notice>
    ) : (
      <Notice title={words.serverDown} command="npm start">
        {words.serverDownHelp}
      </Notice>
    );

  const counts = new Map<string, number>();
  for (const { started_at } of sessions) counts.set(dayOf(started_at), (counts.get(dayOf(started_at)) ?? 0) + 1);
  const sought = text.trim().toLowerCase();
  const found = sessions.filter(
    ({ started_at, title, host, stream_id }) =>
      (day === null || dayOf(started_at) === day) &&
      [title, host, stream_id].some((name) => name?.toLowerCase().includes(sought)),
  );
  const choose = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const isFull = chosen.length >= COMPARED_MAX;
  return (
    <main className="sessions">
      <title>{`${say.title} · Tallylight`}</title>
      <header className="rooms-head">
        <h1>{say.title}</h1>
        <span className="muted figure">{found.length}</span>
        <input
          type="search"
          aria-label={say.find}
          placeholder={say.find}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {refused !== null && <span className="tone-raised">{words.notRead}</span>}
        {chosen.length < 2 ? (
          <span className="muted">{say.compare(chosen.length)}</span>
        ) : (
          <a className="button primary" href={compareHref(chosen)} onClick={openHere(onOpen)}>
            {say.compare(chosen.length)}
          </a>
        )}
      </header>
      <div className="sessions-body">
        <Calendar
          key={sessions.length === 0 ? 'none' : 'some'}
          counts={counts}
          first={sessions[0]?.started_at ?? Date.now()}
          day={day}
          onDay={setDay}
        />
        <div className="panel sessions-list" tabIndex={0} role="group" aria-label={say.title}>
          {found.length === 0 ? (
            <p className="muted">{sessions.length === 0 ? say.none : say.noneFound}</p>
          ) : (
            <table>
              <tbody>
                {found.map((session) => (
                  <tr key={session.stream_id}>
                    <td>
                      <input
                        type="checkbox"
                        aria-label={say.choose(session.title ?? session.stream_id)}
                        checked={chosen.includes(session.stream_id)}
                        disabled={isFull && !chosen.includes(session.stream_id)}
                        title={isFull ? say.fourAtMost : undefined}
                        onChange={() => choose(session.stream_id)}
                      />
                    </td>
                    <th scope="row">
                      <a href={roomHref(session.stream_id)} onClick={openHere(onOpen)}>
                        {session.title ?? session.stream_id}
                      </a>
                      <span className="muted"> {session.host}</span>
                    </th>
                    <td className="figure">{dayAndTime(session.started_at)}</td>
                    <td className="figure">
                      {stopwatch(session.ended_at === null ? null : session.ended_at - session.started_at)}
                    </td>
                    {FIGURE_COLUMNS.map((name) => (
                      <td key={name} className="figure">
                        {name === 'gmv_minor'
                          ? formats.money(session.gmv_minor, session.currency)
                          : formats.count(isSeen(session.data) ? session[name] : null)}{' '}
                        <small className="muted">{words.metric[name]}</small>
                      </td>
                    ))}
                    <td>
                      <a className="button" href={replayHref(session.stream_id)} onClick={openHere(onOpen)}>
                        ▶ {words.replay.title}
                      </a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {more !== null && (
            <button type="button" onClick={more}>
              {say.more}
            </button>
          )}
        </div>
      </div>
    </main>
  );
};

/** Sessions newest first; the newest are asked for again and again, older ones when somebody wants them, and what was read stays. `refused`: a status, 0 where nobody answers. */
const useSessions = (
  rest: Rest,
): { sessions: readonly StreamRow[] | null; refused: number | null; more: (() => void) | null } => {
  const [sessions, setSessions] = useState<readonly StreamRow[] | null>(null);
  // Where what was read ends: the newest page, read again, does not move it.
  const [end, setEnd] = useState<{ cursor: string | null } | null>(null);
  const [refused, setRefused] = useState<number | null>(null);
  const read = async (cursor: string | null, signal: AbortSignal): Promise<Answered<StreamsAnswer>> => {
    const answer = await rest.sessions(cursor, signal);
    if (signal.aborted) return answer;
    setRefused(answer.kind === 'ok' ? null : answer.kind === 'refused' ? answer.status : 0);
    if (answer.kind !== 'ok') return answer;
    const { streams, cursor: next } = answer.body;
    setSessions((was) => withRows(was ?? [], streams));
    setEnd((was) => (cursor === null && was !== null ? was : { cursor: next }));
    return answer;
  };
  useRepeated(
    async (signal, run) => {
      const answer = await read(null, signal);
      run.failures = answer.kind === 'ok' ? 0 : run.failures + 1;
      return waitAfter(answer, EVERY_MS, run.failures);
    },
    EVERY_MS,
    [rest],
  );
  const cursor = end?.cursor ?? null;
  return { sessions, refused, more: cursor === null ? null : () => void read(cursor, new AbortController().signal) };
};

/** Each once, as it was read last; newest first. */
const withRows = (known: readonly StreamRow[], read: readonly StreamRow[]): readonly StreamRow[] => {
  const byId = new Map([...known, ...read].map((row) => [row.stream_id, row]));
  return [...byId.values()].sort((a, b) => b.started_at - a.started_at);
};
