import type { HostAnswer, HostNumber } from '#contract';
import { stopwatch } from '../format/clocks.js';
import type { Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import { useNow } from '../live/now.js';
import { useHost } from '../live/use-host.js';
import { RoomRefused } from '../parts/room-refused.js';
import { useSpeech } from '../words/speech.js';

interface Props {
  socket: LiveSocket;
  link: Link;
  stream_id: string;
}

/** Less time than this is said loudly. */
const SOON_S = 30;
const QUESTIONS_SHOWN = 6;
/** A second that is skipped disturbs nobody; this long without a word is said. */
const SILENT_AFTER_MS = 6_000;

/** What a host reads at a glance from three metres: what is asked, how long still, how much is left. */
export const HostPage = ({ socket, link, stream_id }: Props) => {
  const { words, formats } = useSpeech();
  const { host, heard_at, refused } = useHost(socket, link, stream_id);
  const now = useNow(1000);
  if (host === null || refused !== null)
    return <RoomRefused link={link} refused={refused} stream_id={stream_id} role="host" />;
  const say = words.host;
  const isSilent = heard_at !== null && now - heard_at > SILENT_AFTER_MS;
  const old = link.kind !== 'up' ? say.old : isSilent ? say.silent : null;
  return (
    <main className={`host ${old === null ? '' : 'is-old'}`}>
      <title>{`${say.title} · Tallylight`}</title>
      {old !== null && (
        <p className="host-old" role="alert">
          ✕ {old}
        </p>
      )}
      {host.message !== null && (
        <p className="host-message" role="status">
          {host.message}
        </p>
      )}
      <OnNow host={host} />
      <section className="host-questions" aria-labelledby="host-questions">
        <h2 id="host-questions">{say.questions}</h2>
        {host.questions.length === 0 ? (
          <p className="muted">{say.noQuestions}</p>
        ) : (
          <ol>
            {host.questions.slice(0, QUESTIONS_SHOWN).map(({ topic, count, example }) => (
              <li key={topic}>
                <span className="figure host-count">{say.asked(formats.count(count))}</span>
                <span>
                  <strong>{words.desk.topic[topic] ?? topic}</strong>
                  <q className="muted">{example}</q>
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <Shown host={host} />
    </main>
  );
};

const OnNow = ({ host: { item, next, as_of } }: { host: HostAnswer }) => {
  const { words, formats } = useSpeech();
  const say = words.host;
  const left = item?.seconds_left ?? null;
  const tone = left === null ? '' : left < 0 ? 'tone-loud' : left < SOON_S ? 'tone-raised' : '';
  return (
    <section className="host-on">
      {item === null ? (
        <p className="host-item muted">{say.nothingOn}</p>
      ) : (
        <>
          <h1 className="host-item">{item.title ?? item.item_id}</h1>
          <p className={`host-left ${tone}`}>
            <span className="figure host-clock">
              {left === null ? stopwatch(as_of - item.from) : stopwatch(Math.abs(left) * 1000)}
            </span>
            <span>{left === null ? say.running : left < 0 ? say.over : say.left}</span>
          </p>
          {item.stock_left !== null && (
            <p className={`host-stock figure ${item.stock_left === 0 ? 'tone-loud' : ''}`}>
              {item.stock_left === 0 ? say.soldOut : say.stock(formats.exact(item.stock_left))}
            </p>
          )}
        </>
      )}
      {next !== null && (
        <p className="host-next">
          <span className="muted">{say.next}</span> {next.title ?? next.item_id}
        </p>
      )}
    </section>
  );
};

/** What the producer shows beside it. */
const Shown = ({ host }: { host: HostAnswer }) => {
  const { words, formats } = useSpeech();
  const { online, orders, gmv_minor, dropoff_ratio, alerts, currency } = host;
  const figures: [HostNumber, string][] = [];
  if (online !== undefined) figures.push(['online', formats.count(online)]);
  if (orders !== undefined) figures.push(['orders', formats.count(orders)]);
  if (gmv_minor !== undefined) figures.push(['gmv', formats.money(gmv_minor, currency)]);
  if (dropoff_ratio !== undefined) figures.push(['dropoff', formats.times(dropoff_ratio)]);
  if (figures.length === 0 && (alerts === undefined || alerts.length === 0)) return null;
  return (
    <section className="host-numbers">
      {alerts?.map(({ rule }, i) => (
        <p key={i} className="host-alert">
          ▲ {words.rule[rule as keyof typeof words.rule] ?? rule}
        </p>
      ))}
      <dl>
        {figures.map(([name, figure]) => (
          <div key={name}>
            <dt>{words.host.number[name]}</dt>
            <dd className="figure">{figure}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
