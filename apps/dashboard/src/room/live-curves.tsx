import { useMemo, useState } from 'react';
import type { CueShown } from '#contract';
import type { Alert, Presentation } from '#domain';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { curvesOf, everySecond, rowAt, type CurvePoint, type Curves } from '../live/curves.js';
import type { Rest } from '../live/rest.js';
import { PANES_KEPT } from '../live/room-state.js';
import { useSpeech } from '../words/speech.js';
import { Chart, type Band, type Mark, type Trace } from './chart.js';
import { itemHues } from './item-colour.js';
import { PALETTES, type Tone } from './palette.js';
import { useHistory, type Range } from './use-history.js';

interface Props {
  rest: Rest;
  stream_id: string;
  panes: readonly CurvePoint[];
  presentations: readonly Presentation[];
  cues: readonly CueShown[];
  alerts: readonly Alert[];
  /** Of the whole session; `to` is the last known end. */
  session: Range;
  isLive: boolean;
  currency: string | null;
  paneNames: ReadonlySet<string>;
  shown: 'dark' | 'light';
}

const LIVE_MS = PANES_KEPT * 1000;
const HOUR_MS = 3_600_000;

/** What is looked at: the last ten minutes or hour, moving; the whole session; or a stretch that was drawn. */
type View = { kind: 'ten_minutes' } | { kind: 'hour' } | { kind: 'session' } | ({ kind: 'drawn' } & Range);

type CurveName = Exclude<keyof Curves, 'x' | 'step_ms'>;
interface Drawn extends Trace {
  readonly column: CurveName;
  readonly name: 'online' | 'joins' | 'leaves' | 'expected' | 'gmv' | 'orders' | 'danmaku';
}
interface Plan {
  readonly title: 'online' | 'traffic' | 'dropoff' | 'sales' | 'danmaku';
  readonly drawn: readonly Drawn[];
  readonly excess: { above: number; below: number } | null;
}

const trace = (column: CurveName, name: Drawn['name'], look: Trace['look'], scale: Trace['scale'] = 'y'): Drawn => ({
  column,
  name,
  tone: name satisfies Tone,
  look,
  scale,
});

const PLANS: readonly Plan[] = [
  { title: 'online', drawn: [trace('online', 'online', 'area')], excess: null },
  {
    title: 'dropoff',
    drawn: [trace('leaves', 'leaves', 'line'), trace('expected_leaves', 'expected', 'dashed')],
    excess: { above: 0, below: 1 },
  },
  {
    title: 'traffic',
    drawn: [trace('joins', 'joins', 'area'), trace('leaves_mirrored', 'leaves', 'area')],
    excess: null,
  },
  {
    title: 'sales',
    drawn: [trace('gmv_minor', 'gmv', 'area'), trace('orders', 'orders', 'line', 'right')],
    excess: null,
  },
  { title: 'danmaku', drawn: [trace('danmaku_density', 'danmaku', 'area')], excess: null },
];

/** Five charts on one clock, with what was on beneath them and what happened across them. */
export const LiveCurves = (props: Props) => {
  const { rest, stream_id, panes, presentations, cues, alerts, session, isLive, currency, paneNames, shown } = props;
  const { words, formats } = useSpeech();
  const say = words.charts;
  const [view, setView] = useState<View>({ kind: isLive ? 'ten_minutes' : 'session' });
  const [hover, setHover] = useState<number | null>(null);

  const live = useMemo(() => curvesOf(everySecond(panes), 1000), [panes]);
  const end = panes.at(-1) === undefined ? session.to : panes.at(-1)!.ts + 1000;
  const range = rangeOf(view, session, end);
  const isLiveView = view.kind === 'ten_minutes';
  const asked = isLiveView ? null : coarse(range);
  const history = useHistory(rest, stream_id, asked, paneNames);
  const curves = isLiveView ? live : history.kind === 'read' ? history.curves : EMPTY;
  const shownRange = view.kind === 'drawn' ? range : upToLast(curves, range);

  const bands = useMemo((): Band[] => {
    const hues = itemHues(presentations);
    return presentations.map(({ from, to, title, item_id }) => ({
      from,
      to: to ?? (isLive ? null : session.to),
      label: title ?? item_id,
      hue: hues.get(item_id) ?? 0,
    }));
  }, [presentations, isLive, session.to]);
  const marks = useMemo((): Mark[] => {
    const fired = alerts
      .filter(({ status }) => status !== 'corrected')
      .map(({ detected_at, rule, severity }): Mark => ({
        ts: detected_at,
        label: words.rule[rule] ?? rule,
        kind: severity === 'info' ? 'note' : 'alert',
      }));
    const script = cues
      .filter(({ type, label }) => type === 'script_cue' && label !== null)
      .map(({ ts, label }): Mark => ({ ts, label: words.cueLabel[label ?? ''] ?? label ?? '', kind: 'cue' }));
    return [...fired, ...script].sort((a, b) => a.ts - b.ts);
  }, [alerts, cues, words]);

  const row = rowAt(curves, hover);
  const at = curves.x[row];
  const palette = PALETTES[shown];
  const write: Record<Drawn['name'], (value: number | null) => string> = {
    online: formats.count,
    joins: formats.rate,
    leaves: (value) => formats.rate(value === null ? null : Math.abs(value)),
    expected: formats.rate,
    gmv: (value) => formats.money(value === null ? null : Math.round(value), currency),
    orders: formats.rate,
    danmaku: formats.rate,
  };

  return (
    <section className="curves panel">
      <header className="curves-head">
        <div className="segments" role="group" aria-label={say.range}>
          {(['ten_minutes', 'hour', 'session'] as const).map((kind) => (
            <button key={kind} type="button" aria-pressed={view.kind === kind} onClick={() => setView({ kind })}>
              {{ ten_minutes: say.tenMinutes, hour: say.hour, session: say.all }[kind]}
            </button>
          ))}
          {view.kind === 'drawn' && (
            <button type="button" aria-pressed="true" onClick={() => setView({ kind: 'ten_minutes' })}>
              {timeOfDay(view.from)} – {timeOfDay(view.to)} ✕
            </button>
          )}
        </div>
        <span className="muted curves-hint">{say.dragHint}</span>
        <span className="figure clock">{at === undefined ? '' : timeOfDay(at * 1000)}</span>
      </header>
      {!isLiveView && history.kind !== 'read' && (
        <p className="muted curves-note">{history.kind === 'failed' ? say.failed : say.loading}</p>
      )}
      {PLANS.map(({ title, drawn, excess }, i) => (
        <figure key={title} className={`curve curve-${title}`}>
          <figcaption>
            <span className="curve-title">{say[title]}</span>
            {drawn.map(({ name, column, tone, look }) => (
              <span key={name} className="curve-value">
                <span className={`swatch swatch-${look}`} style={{ color: palette[tone] }} aria-hidden="true" />
                {drawn.length > 1 && say[name as keyof typeof say & Drawn['name']]}{' '}
                <span className="figure">{write[name](curves[column][row] ?? null)}</span>
                <span className="muted">
                  {name === 'online' ? '' : name === 'danmaku' ? say.perThousand : say.perMin}
                </span>
              </span>
            ))}
            {i > 0 && (
              <span className="muted curve-note">
                {curves.step_ms < 10_000 ? say.smoothed : say.step(stopwatch(curves.step_ms))}
              </span>
            )}
          </figcaption>
          <Chart
            label={say.chartOf(say[title])}
            traces={drawn}
            columns={[curves.x, ...drawn.map(({ column }) => curves[column])]}
            excess={excess}
            bands={bands}
            marks={marks}
            isNamed={i === 0}
            isMirrored={title === 'traffic'}
            isTimeShown={i === 0 || i === PLANS.length - 1}
            range={shownRange}
            palette={palette}
            writeY={title === 'sales' ? (value) => formats.moneyShort(value, currency) : formats.count}
            writeRight={formats.rate}
            onHover={setHover}
            onZoom={(drawnRange) =>
              setView(drawnRange === null ? { kind: 'ten_minutes' } : { kind: 'drawn', ...drawnRange })
            }
          />
        </figure>
      ))}
    </section>
  );
};

const EMPTY: Curves = curvesOf([], 1000);

const rangeOf = (view: View, session: Range, end: number): Range => {
  switch (view.kind) {
    case 'ten_minutes':
      return { from: end - LIVE_MS, to: end };
    case 'hour':
      return { from: Math.max(session.from, end - HOUR_MS), to: end };
    case 'session':
      return { from: session.from, to: end };
    case 'drawn':
      return { from: view.from, to: view.to };
  }
};

/** What is read from the store is some seconds old: the range ends where the curves do. */
const upToLast = ({ x, step_ms }: Curves, { from, to }: Range): Range => {
  const last = x.at(-1);
  return { from, to: last === undefined ? to : Math.min(to, last * 1000 + step_ms) };
};

/** A moving range asks the store anew only each ten seconds. */
const coarse = ({ from, to }: Range): Range => ({
  from: Math.floor(from / 10_000) * 10_000,
  to: Math.ceil(to / 10_000) * 10_000,
});
