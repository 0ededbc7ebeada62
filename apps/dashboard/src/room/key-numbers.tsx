import type { MetricDefinition, Quality } from '#contract';
import type { Span } from '../address.js';
import type { Freshness } from '../live/freshness.js';
import { useSpeech } from '../words/speech.js';
import { NumberCard } from './number-card.js';
import { AFTERWARDS, GROUPS, RATE_OF, type NumberName } from './numbers.js';

interface Props {
  values: Record<NumberName, number | null>;
  span: Span;
  /** Those that can be chosen. */
  spans: readonly Span[];
  onSpan: (span: Span) => void;
  currency: string | null;
  definitions: ReadonlyMap<string, MetricDefinition>;
  freshness: Freshness;
  quality: Quality;
  asOf: number | null;
}

/** The numbers of a room over one span, and the choice of the span. */
export const KeyNumbers = ({ values, span, spans, onSpan, definitions, ...shared }: Props) => {
  const { words } = useSpeech();
  const shown = (number: NumberName): NumberName =>
    shared.freshness.kind === 'ended' ? (AFTERWARDS[number] ?? number) : number;
  return (
    <section className="numbers panel" aria-label={words.spanLabel}>
      <div className="segments" role="group" aria-label={words.spanLabel}>
        {spans.map((one) => (
          <button key={one} type="button" aria-pressed={one === span} onClick={() => onSpan(one)}>
            {words.span[one]} {spans.length > 1 && <kbd>{spans.indexOf(one) + 1}</kbd>}
          </button>
        ))}
      </div>
      <div className="groups">
        {GROUPS.map(({ name, numbers }) => (
          <div key={name} className={`group group-${name}`}>
            <h2>{words.groups[name]}</h2>
            <div className="group-numbers">
              {numbers.map(shown).map((number) => (
                <NumberCard
                  key={number}
                  name={number}
                  value={values[number]}
                  span={span}
                  definition={definitions.get(RATE_OF[number] ?? number)}
                  {...shared}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
};
