import { useId } from 'react';
import type { MetricDefinition, Quality } from '#contract';
import type { Span } from '../address.js';
import { timeOfDay } from '../format/clocks.js';
import { dropoffTone } from '../format/dropoff-tone.js';
import { isStale, type Freshness } from '../live/freshness.js';
import { sayFreshness } from '../parts/data-badge.js';
import { useSpeech } from '../words/speech.js';
import { OF_PRESENCE, writeNumber, type NumberName } from './numbers.js';

interface Props {
  name: NumberName;
  value: number | null;
  span: Span;
  currency: string | null;
  definition: MetricDefinition | undefined;
  freshness: Freshness;
  quality: Quality;
  asOf: number | null;
}

/** One number with its mark, and on hover or focus its meaning, formula, span and freshness. */
export const NumberCard = ({ name, value, span, currency, definition, freshness, quality, asOf }: Props) => {
  const speech = useSpeech();
  const { words, formats, language } = speech;
  const id = useId();
  const stale = isStale(freshness);
  const own = quality === 'inferred' || quality === 'reported' ? (OF_PRESENCE.has(name) ? quality : 'final') : quality;
  const mark = stale ? 'stale' : own;
  const tone = name === 'dropoff_ratio' ? dropoffTone(value) : null;
  const toneSaid = {
    unknown: own !== 'final' ? words.ratioNeedsLeaves : freshness.kind === 'ended' ? '' : words.ratioLearning,
    calm: words.ratioNormal,
    raised: words.ratioAbove,
    loud: words.ratioAbove,
  };
  const derived = name === 'joins_per_min' || name === 'leaves_per_min' ? words.byHand[name] : null;
  const title = derived === null ? (definition?.title[language] ?? words.metric[name]) : words.metric[name];
  return (
    <div className={`number number-${name}`} tabIndex={0} aria-describedby={id}>
      <span className="number-name">
        {words.metric[name]}
        {mark !== 'final' && <span className="mark">{words.quality[mark]}</span>}
      </span>
      <span className={`number-value figure ${tone === null ? '' : `tone-${tone}`}`}>
        {writeNumber(name, value, formats, currency)}
      </span>
      {tone !== null && <span className="number-note">{toneSaid[tone]}</span>}
      <div role="tooltip" id={id} className="tip">
        <strong>{title}</strong>
        <p>{derived ?? definition?.description[language]}</p>
        {definition !== undefined && (
          <p>
            {words.formula}: <code>{derived === null ? definition.formula : `60 · Σ ${definition.name} / s`}</code>
          </p>
        )}
        <p className="muted">
          {name !== 'online' && `${words.over} ${words.spanLong[span]} · `}
          {asOf !== null && `${words.upTo} ${timeOfDay(asOf)} · `}
          {sayFreshness(freshness, speech)}
        </p>
        {mark !== 'final' && <p>{words.qualityLong[mark]}</p>}
      </div>
    </div>
  );
};
