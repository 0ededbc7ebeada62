import type { DataState } from '#contract';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { isStale, type Freshness } from '../live/freshness.js';
import type { Speech } from '../words/speech-of.js';
import { useSpeech } from '../words/speech.js';

/** The state of data in a few words. */
export const sayFreshness = (freshness: Freshness, { words }: Speech): string => {
  switch (freshness.kind) {
    case 'fresh':
    case 'ended':
    case 'waiting':
      return words.fresh[freshness.kind];
    case 'replay':
      return freshness.speed === 0 ? words.replay.paused : words.replay.badge(`${freshness.speed}×`);
    case 'silent':
      return words.fresh.silent(timeOfDay(freshness.since));
    case 'offline':
      return words.fresh.offline(stopwatch(freshness.for_ms));
    case 'behind':
      return words.fresh.behind(stopwatch(freshness.lag_ms));
  }
};

const MARK: Record<Freshness['kind'], string> = {
  fresh: '●',
  ended: '■',
  replay: '▶',
  waiting: '○',
  silent: '!',
  behind: '!',
  offline: '✕',
};

/** Fresh, silent, behind or cut off: by sign, word and colour. */
export const DataBadge = ({ freshness }: { freshness: Freshness }) => {
  const speech = useSpeech();
  const quality = 'quality' in freshness ? freshness.quality : 'final';
  return (
    <span className={`data-badge ${isStale(freshness) ? 'is-stale' : `is-${freshness.kind}`}`}>
      <span aria-hidden="true">{MARK[freshness.kind]}</span> {sayFreshness(freshness, speech)}
      {quality !== 'final' && (
        <span className="mark" title={speech.words.qualityLong[quality]}>
          {speech.words.quality[quality]}
        </span>
      )}
    </span>
  );
};

/** All of a room's data state: watermark, lag, late events, feeds. */
export const DataFacts = ({ data }: { data: DataState }) => {
  const { words, formats } = useSpeech();
  const say = words.dataState;
  const facts: [string, string][] = [
    [say.asOf, timeOfDay(data.as_of)],
    [say.lag, `${formats.rate(data.log_lag_ms / 1000)} s`],
    [say.late, formats.exact(data.late)],
    [say.tooLate, formats.exact(data.too_late)],
    [say.feeds, data.coverage.map((feed) => say.feed[feed]).join(' · ') || say.none],
  ];
  return (
    <dl className="data-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
