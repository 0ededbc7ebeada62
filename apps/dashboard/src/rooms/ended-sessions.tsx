import type { StreamRow } from '#contract';
import { dayAndTime, stopwatch } from '../format/clocks.js';
import { isSeen } from '../live/seen.js';
import { openHere } from '../parts/open-here.js';
import { useSpeech } from '../words/speech.js';

interface Props {
  sessions: readonly StreamRow[];
  linkOf: (stream_id: string) => string;
  onOpen: (stream_id: string) => void;
}

/** The sessions that ended, newest first, each leading to its own page. */
export const EndedSessions = ({ sessions, linkOf, onOpen }: Props) => {
  const { words, formats } = useSpeech();
  return (
    <section className="ended">
      <h2>{words.earlier}</h2>
      <ul>
        {sessions.map(
          ({ stream_id, title, host, started_at, ended_at, online_peak, viewers, gmv_minor, currency, data }) => (
            <li key={stream_id}>
              <a href={linkOf(stream_id)} onClick={openHere(() => onOpen(stream_id))}>
                <span className="ended-title">{title ?? stream_id}</span>
                <span>{host}</span>
                <span className="figure">{dayAndTime(started_at)}</span>
                <span className="figure">{stopwatch(ended_at === null ? null : ended_at - started_at)}</span>
                <span className="figure">
                  {formats.count(isSeen(data) ? online_peak : null)} <small>{words.peak}</small>
                </span>
                <span className="figure">
                  {formats.count(isSeen(data) ? viewers : null)} <small>{words.metric.viewers_session}</small>
                </span>
                <span className="figure">{formats.money(gmv_minor, currency)}</span>
              </a>
            </li>
          ),
        )}
      </ul>
    </section>
  );
};
