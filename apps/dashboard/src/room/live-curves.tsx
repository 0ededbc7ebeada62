import { useEffect, useMemo, useState } from 'react';
import type { ActionShown, CueShown } from '#contract';
import type { Alert, Presentation } from '#domain';
import { stopwatch, timeOfDay } from '../format/clocks.js';
import { useKeys } from '../keys.js';
import { curvesOf, everySecond, rowAt, type CurvePoint, type Curves } from '../live/curves.js';
import type { Range, Rest } from '../live/rest.js';
import { LIVE_MS } from '../live/room-state.js';
import { useAsked } from '../live/use-asked.js';
import { NEVER_AGAIN } from '../live/wait-after.js';
import { useSpeech } from '../words/speech.js';
import { Chart, type Band, type Fill, type Mark, type Trace } from './chart.js';
import { itemHues } from './item-colour.js';
import { PALETTES, type Tone } from './palette.js';
import { useHistory } from './use-history.js';
import { usualCourse, type UsualCourse } from './usual-course.js';

interface Props {
  rest: Rest;
  stream_id: string;
  panes: readonly CurvePoint[];
  presentations: readonly Presentation[];
  cues: readonly CueShown[];
  alerts: readonly Alert[];
  actions: readonly ActionShown[];
  /** Of the whole session; `to` is the last known end. */
  session: Range;
  isLive: boolean;
  /** Nothing was heard of viewers, danmaku or orders. */
  isEmpty: boolean;
  /** Something was heard of viewers. */
  isSeen: boolean;
  currency: string | null;
  paneNames: ReadonlySet<string>;
  shown: 'dark' | 'light';
  /** A presentation that is looked at alone; `null`: none. */
  opened: { readonly presentation_id: string; readonly from: number; readonly to: number | null } | null;
  onClosed: () => void;
}

const HOUR_MS = 3_600_000;
const USUAL_EVERY_MS = 300_000;
/** Shown before and after a presentation that is looked at. */
const AROUND_MS = 30_000;

const VIEWS = ['ten_minutes', 'hour', 'session'] as const;
/** Steps of the crosshair by a key with Shift. */
const POINT_FAR = 30;
const ZOOM_MS_MIN = 30_000;

/** What is looked at: the last ten minutes or hour, moving; the whole session; or a stretch that was drawn. */
type View = { kind: 'ten_minutes' } | { kind: 'hour' } | { kind: 'session' } | ({ kind: 'drawn' } & Range);

type Columns = Omit<Curves, 'step_ms'> & UsualCourse;
type CurveName = Exclude<keyof Columns, 'x'>;
interface Drawn extends Trace {
  readonly column: CurveName;
  readonly name: 'online' | 'joins' | 'leaves' | 'expected' | 'ratio' | 'gmv' | 'orders' | 'danmaku' | null;
}
interface Plan {
  readonly title: 'online' | 'traffic' | 'dropoff' | 'sales' | 'danmaku' | 'messages';
  readonly drawn: readonly Drawn[];
  readonly fills: readonly Fill[];
}

const trace = (
  column: CurveName,
  name: NonNullable<Drawn['name']>,
  tone: Tone,
  look: Trace['look'],
  scale: Trace['scale'] = 'y',
): Drawn => ({ column, name, tone, look, scale });
/** Bounds of a fill, which have no figure of their own. */
const edge = (column: CurveName, tone: Tone): Drawn => ({ column, name: null, tone, look: 'edge', scale: 'y' });

const PLANS: readonly Plan[] = [
  {
    title: 'online',
    drawn: [
      trace('online', 'online', 'online', 'area'),
      edge('usual_online_high', 'usual'),
      edge('usual_online_low', 'usual'),
    ],
    fills: [{ above: 1, below: 2, tone: 'usual' }],
  },
  {
    title: 'dropoff',
    drawn: [
      trace('dropoff_ratio', 'ratio', 'leaves', 'line'),
      trace('as_expected', 'expected', 'expected', 'dashed'),
      edge('chance_high', 'chance'),
      edge('chance_low', 'chance'),
    ],
    fills: [
      { above: 2, below: 3, tone: 'chance' },
      { above: 0, below: 2, tone: 'excess' },
    ],
  },
  {
    title: 'traffic',
    drawn: [
      trace('joins', 'joins', 'joins', 'area'),
      trace('leaves_mirrored', 'leaves', 'leaves', 'area'),
      trace('expected_mirrored', 'expected', 'expected', 'dashed'),
    ],
    fills: [],
  },
  {
    title: 'sales',
    drawn: [
      trace('gmv_minor', 'gmv', 'gmv', 'area'),
      trace('orders', 'orders', 'orders', 'line', 'right'),
      edge('usual_gmv_high', 'usual'),
      edge('usual_gmv_low', 'usual'),
    ],
    fills: [{ above: 2, below: 3, tone: 'usual' }],
  },
  { title: 'danmaku', drawn: [trace('danmaku_density', 'danmaku', 'danmaku', 'area')], fills: [] },
];

/** Where nothing is heard of viewers, what can be drawn without them. */
const UNSEEN_PLANS: readonly Plan[] = [
  { title: 'messages', drawn: [trace('danmaku', 'danmaku', 'danmaku', 'area')], fills: [] },
  ...PLANS.filter(({ title }) => title === 'sales'),
];

/** Five charts on one clock, with what was on beneath them and what happened across them. */
export const LiveCurves = (props: Props) => {
  const { rest, stream_id, panes, presentations, cues, alerts, actions, session, isLive, currency, paneNames, shown } =
    props;
  const { words, formats } = useSpeech();
  const say = words.charts;
  const [view, setView] = useState<View>({ kind: isLive ? 'ten_minutes' : 'session' });
  const [hover, setHover] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);

  const { opened, onClosed } = props;
  useEffect(() => {
    if (opened !== null)
      setView({ kind: 'drawn', from: opened.from - AROUND_MS, to: (opened.to ?? session.to) + AROUND_MS });
    else setView((was) => (was.kind === 'drawn' ? { kind: isLive ? 'ten_minutes' : 'session' } : was));
    // Once when it is opened: what is drawn afterwards stands.
  }, [opened?.presentation_id ?? null]);
  const back = (): void => {
    setView({ kind: isLive ? 'ten_minutes' : 'session' });
    onClosed();
  };
  const end = panes.at(-1) === undefined ? session.to : panes.at(-1)!.ts + 1000;
  const liveFrom = Math.max(session.from, end - LIVE_MS);
  const live = useMemo(() => curvesOf(everySecond(panes, liveFrom), 1000), [panes, liveFrom]);
  const range = rangeOf(view, session, end);
  const isLiveView = view.kind === 'ten_minutes';
  const asked = isLiveView ? null : coarse(range);
  const history = useHistory(rest, stream_id, asked, paneNames, isLive);
  const curves = isLiveView ? live : history.kind === 'read' ? history.curves : EMPTY;
  const usual = useAsked(
    stream_id,
    (signal) => rest.usual(stream_id, signal),
    isLive ? USUAL_EVERY_MS : NEVER_AGAIN,
  ).asked;
  const course = usual.kind === 'known' ? usual.body : null;
  const columns = useMemo(
    (): Columns => ({ ...curves, ...usualCourse(course, session.from, curves.x) }),
    [curves, course, session.from],
  );
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
    const done = actions.map(({ ts, text }): Mark => ({ ts, label: text, kind: 'action' }));
    return [...fired, ...script, ...done].sort((a, b) => a.ts - b.ts);
  }, [alerts, cues, actions, words]);

  const plans = props.isSeen ? PLANS : UNSEEN_PLANS;
  const row = rowAt(curves, hover);
  const at = curves.x[row];
  const palette = PALETTES[shown];
  const write: Record<NonNullable<Drawn['name']>, (value: number | null) => string> = {
    online: formats.count,
    joins: formats.rate,
    leaves: (value) => formats.rate(value === null ? null : Math.abs(value)),
    expected: (value) => formats.rate(value === null ? null : Math.abs(value)),
    ratio: formats.times,
    gmv: (value) => formats.money(value === null ? null : Math.round(value), currency),
    orders: formats.rate,
    danmaku: formats.rate,
  };

  /** Between whole numbers an axis stands at parts of them. */
  const writeAxis = (value: number): string => (Number.isInteger(value) ? formats.count(value) : formats.rate(value));
  const unitOf = (title: Plan['title'], name: NonNullable<Drawn['name']>): string => {
    if (title === 'dropoff' || name === 'online') return '';
    return title === 'danmaku' ? say.perThousand : say.perMin;
  };
  const point = (steps: number): void => {
    const from = at ?? shownRange.to / 1000;
    const to = from * 1000 + steps * curves.step_ms;
    const held = Math.min(shownRange.to - curves.step_ms, Math.max(shownRange.from, to));
    setPointed(held);
    setHover(held);
  };
  /** Narrows or widens what is shown around the crosshair; wider than the session is all of it. */
  const zoom = (factor: number): void => {
    const middle = at === undefined ? shownRange.to : at * 1000;
    const half_ms = Math.max(ZOOM_MS_MIN, (shownRange.to - shownRange.from) * factor) / 2;
    const [from, to] = [Math.max(session.from, middle - half_ms), Math.min(end, middle + half_ms)];
    if (to - from >= end - session.from) setView({ kind: 'session' });
    else setView({ kind: 'drawn', from: Math.floor(from / 1000) * 1000, to: Math.ceil(to / 1000) * 1000 });
  };
  useKeys({
    '+': () => zoom(1 / 2),
    '=': () => zoom(1 / 2),
    '-': () => zoom(2),
    ArrowLeft: () => point(-1),
    ArrowRight: () => point(1),
    'Shift+ArrowLeft': () => point(-POINT_FAR),
    'Shift+ArrowRight': () => point(POINT_FAR),
    z: () => setView({ kind: VIEWS[(VIEWS.findIndex((kind) => kind === view.kind) + 1) % VIEWS.length]! }),
  });

  return (
    <section className="curves panel">
      <header className="curves-head">
        <div className="segments" role="group" aria-label={say.range}>
          {VIEWS.map((kind) => (
            <button key={kind} type="button" aria-pressed={view.kind === kind} onClick={() => setView({ kind })}>
              {{ ten_minutes: say.tenMinutes, hour: say.hour, session: say.all }[kind]}
            </button>
          ))}
          {view.kind === 'drawn' && (
            <button type="button" aria-pressed="true" onClick={back}>
              {timeOfDay(view.from)} – {timeOfDay(view.to)} ✕
            </button>
          )}
        </div>
        <span className="muted curves-hint">{say.dragHint}</span>
        <span className="figure clock">{at === undefined ? '' : timeOfDay(at * 1000)}</span>
      </header>
      {props.isEmpty && <p className="curves-note tone-raised">{isLive ? say.emptyLive : say.emptyEnded}</p>}
      {!isLiveView && (history.kind !== 'read' || history.isOld) && (
        <p className="muted curves-note">{history.kind === 'loading' ? say.loading : say.failed}</p>
      )}
      {!props.isSeen && !props.isEmpty && <p className="muted curves-note">{say.unseen}</p>}
      {plans.map(({ title, drawn, fills }, i) => (
        <figure key={title} className={`curve curve-${title}`}>
          <figcaption>
            <span className="curve-title">{say[title]}</span>
            {drawn.map(({ name, column, tone, look }) =>
              name === null ? null : (
                <span key={name} className="curve-value">
                  <span className={`swatch swatch-${look}`} style={{ color: palette[tone] }} aria-hidden="true" />
                  {(drawn.length > 1 || name === 'ratio') && name !== 'online' && say[name]}{' '}
                  <span className="figure">
                    {title === 'dropoff' && name === 'expected' && typeof columns.chance_low[row] === 'number'
                      ? say.chance(formats.times(columns.chance_low[row]), formats.times(columns.chance_high[row]))
                      : write[name](columns[column][row] ?? null)}
                  </span>
                  <span className="muted">{unitOf(title, name)}</span>
                </span>
              ),
            )}
            {title === 'online' && course !== null && course.sessions.length > 1 && (
              <span className="muted curve-note">
                <span className="swatch swatch-band" style={{ color: palette.expected }} aria-hidden="true" />
                {say.usual(course.sessions.length)}
              </span>
            )}
            {i > 0 && (
              <span className="muted curve-note">
                {curves.step_ms >= 10_000
                  ? say.step(stopwatch(curves.step_ms))
                  : title === 'dropoff'
                    ? say.smoothedRatio
                    : say.smoothed}
              </span>
            )}
          </figcaption>
          <Chart
            label={say.chartOf(say[title])}
            traces={drawn}
            columns={[columns.x, ...drawn.map(({ column }) => columns[column])]}
            fills={fills}
            pointed={pointed}
            bands={bands}
            marks={marks}
            isNamed={i === 0}
            isMirrored={title === 'traffic'}
            isTimeShown={i === 0 || i === plans.length - 1}
            range={shownRange}
            palette={palette}
            writeX={(s) => timeOfDay(s * 1000)}
            writeY={title === 'sales' ? (value) => formats.moneyShort(value, currency) : writeAxis}
            writeRight={formats.rate}
            onHover={(ts) => {
              setPointed(null);
              setHover(ts);
            }}
            onZoom={(drawnRange) => (drawnRange === null ? back() : setView({ kind: 'drawn', ...drawnRange }))}
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
