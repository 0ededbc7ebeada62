import { useMemo, useState } from 'react';
import type { MetricDefinition } from '#contract';
import { minorDigits } from '#domain';
import { dayAndTime, stopwatch, timeOfDay } from '../format/clocks.js';
import { readPoint, type Column } from '../live/curves.js';
import { CURVE_NAMES, type Answered, type Range, type Rest, type StreamAnswer } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { Notice } from '../parts/notice.js';
import { Chart, type Trace } from '../room/chart.js';
import { writeNumber, type NumberName } from '../room/numbers.js';
import { PALETTES, type Tone } from '../room/palette.js';
import { useSpeech } from '../words/speech.js';
import { COMPARED_MAX, parseCompared, type Compared } from './compared.js';
import { layOut, type ComparedPoint } from './lay-out.js';

interface Props {
  rest: Rest;
  /** As the link says them. */
  of: readonly string[];
  definitions: ReadonlyMap<string, MetricDefinition>;
  shown: 'dark' | 'light';
}

/** One of those compared, with what is known of it. */
interface Side {
  readonly compared: Compared;
  readonly stream: StreamAnswer;
  readonly points: readonly ComparedPoint[];
}

const EVERY_MS = 30_000;
const TONES: readonly Tone[] = ['online', 'leaves', 'gmv', 'joins'];
/** A stretch is short and read second by second; a session by the minute. */
const [STRETCH_STEP_MS, SESSION_STEP_MS] = [10_000, 60_000];
const NUMBERS: readonly NumberName[] = [
  ...(['online_peak', 'viewers', 'views', 'retention_60s', 'dropoff_per_min', 'interaction_rate'] as const),
  ...(['gmv_minor', 'orders_paid', 'gpm_view', 'aov'] as const),
];

const readSide = async (rest: Rest, compared: Compared, signal: AbortSignal): Promise<Answered<Side>> => {
  const { stream_id, stretch } = compared;
  const stream = await rest.stream(stream_id, signal);
  if (stream.kind !== 'ok') return stream;
  const points =
    stretch === null ? await readSession(rest, stream_id, signal) : await readStretch(rest, stream_id, stretch, signal);
  return points.kind === 'ok' ? { kind: 'ok', body: { compared, stream: stream.body, points: points.body } } : points;
};

const readSession = async (
  rest: Rest,
  stream_id: string,
  signal: AbortSignal,
): Promise<Answered<readonly ComparedPoint[]>> => {
  const answer = await rest.compare([stream_id], SESSION_STEP_MS, signal);
  if (answer.kind !== 'ok') return answer;
  const points = answer.body.streams[0]?.points ?? [];
  return { kind: 'ok', body: points.map((point) => ({ ...readPoint(point), s: Number(point['s']) })) };
};

const readStretch = async (
  rest: Rest,
  stream_id: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<Answered<readonly ComparedPoint[]>> => {
  const first = Math.floor(from / STRETCH_STEP_MS) * STRETCH_STEP_MS;
  const asked = { from: first, to, step_ms: STRETCH_STEP_MS, names: CURVE_NAMES };
  const answer = await rest.metrics(stream_id, asked, signal);
  if (answer.kind !== 'ok') return answer;
  const points = answer.body.points.map(readPoint).map((point) => ({ ...point, s: (point.ts - first) / 1000 }));
  return { kind: 'ok', body: points };
};

/** Sessions or presentations side by side, each on the clock of its own start. */
export const ComparePage = ({ rest, of, definitions, shown }: Props) => {
  const { words } = useSpeech();
  const say = words.replay.compare;
  const compared = useMemo(() => of.slice(0, COMPARED_MAX).map(parseCompared), [of.join('\n')]);
  const { asked } = useAsked<readonly Side[]>(
    of.join('\n'),
    async (signal) => {
      const sides = await Promise.all(compared.map((one) => readSide(rest, one, signal)));
      const missing = sides.find((side) => side.kind !== 'ok');
      if (missing !== undefined) return missing;
      return { kind: 'ok', body: sides.flatMap((side) => (side.kind === 'ok' ? [side.body] : [])) };
    },
    EVERY_MS,
    undefined,
    undefined,
    (read) => read.every(({ stream }) => stream.status === 'ended'),
  );
  if (compared.length < 2) return <Notice title={say.title}>{say.none}</Notice>;
  if (asked.kind === 'waiting') return <Notice title={words.waiting}> </Notice>;
  if (asked.kind === 'missing') return <Notice title={words.unknownRoom}>{words.unknownRoomHelp}</Notice>;
  if (asked.kind === 'failed') return <Notice title={say.title}>{say.failed}</Notice>;
  return (
    <main className="compare">
      <title>{`${say.title} · Tallylight`}</title>
      <header className="rooms-head">
        <h1>{say.title}</h1>
        {of.length > COMPARED_MAX && <span className="tone-raised">{say.tooMany(of.length - COMPARED_MAX)}</span>}
        {asked.isOld && <span className="tone-raised">{say.failed}</span>}
      </header>
      <Curves sides={asked.body} shown={shown} />
      <Figures sides={asked.body} definitions={definitions} shown={shown} />
    </main>
  );
};

const nameOf = ({ compared, stream }: Side): string => {
  const title = stream.title ?? compared.stream_id;
  if (compared.stretch === null) return `${title} · ${dayAndTime(stream.started_at)}`;
  return `${title} · ${timeOfDay(compared.stretch.from)} – ${timeOfDay(compared.stretch.to)}`;
};

const Curves = ({ sides, shown }: { sides: readonly Side[]; shown: 'dark' | 'light' }) => {
  const { words, formats } = useSpeech();
  const say = words.replay.compare;
  const [hover, setHover] = useState<number | null>(null);
  const [zoom, setZoom] = useState<{ from: number; to: number } | null>(null);
  const laid = useMemo(() => layOut(sides.map(({ points }) => points)), [sides]);
  const palette = PALETTES[shown];
  const currencies = sides.map(({ stream }) => stream.currency);
  const isOneCurrency = new Set(currencies).size <= 1;
  /** Of several currencies the amounts are drawn without a sign, each in its own. */
  const currency = isOneCurrency ? (currencies[0] ?? null) : null;
  const drawnMoney = useMemo(
    () =>
      isOneCurrency ? laid.gmv_so_far : laid.gmv_so_far.map((column, i) => inHundredths(column, currencies[i] ?? null)),
    [laid, isOneCurrency, currencies.join()],
  );
  const traces = sides.map((_, i): Trace => ({ tone: TONES[i] ?? 'expected', look: 'line', scale: 'y' }));
  const at = hover === null ? laid.x.length - 1 : laid.x.findLastIndex((s) => s * 1000 <= hover);
  const charts = [
    {
      ...{ name: 'online', title: words.charts.online, columns: laid.online, drawn: laid.online },
      ...{ write: formats.count, writeY: formats.count },
    },
    {
      ...{ name: 'dropoff', title: say.ratio, columns: laid.ratio, drawn: laid.ratio },
      ...{ write: formats.times, writeY: formats.times },
    },
    {
      ...{ name: 'sales', title: isOneCurrency ? say.gmvSoFar : say.gmvSoFarEach },
      ...{ columns: laid.gmv_so_far, drawn: drawnMoney },
      write: (value: number | null, side: number) => formats.money(value, currencies[side] ?? null),
      writeY: (value: number) => formats.moneyShort(value, currency),
    },
  ];
  return (
    <section className="curves panel">
      <header className="curves-head">
        {zoom !== null && (
          <button type="button" aria-pressed="true" onClick={() => setZoom(null)}>
            {stopwatch(zoom.from)} – {stopwatch(zoom.to)} ✕
          </button>
        )}
        <span className="muted curves-hint">{words.charts.dragHint}</span>
        <span className="figure clock">
          {stopwatch((laid.x[at] ?? 0) * 1000)} <span className="muted">{say.since}</span>
        </span>
      </header>
      {charts.map(({ name, title, columns, drawn, write, writeY }, i) => (
        <figure key={name} className={`curve curve-${name}`}>
          <figcaption>
            <span className="curve-title">{title}</span>
            {columns.map((column, side) => (
              <span key={side} className="curve-value">
                <span className="swatch" style={{ color: palette[TONES[side] ?? 'expected'] }} aria-hidden="true" />
                <span className="figure">{write(column[at] ?? null, side)}</span>
              </span>
            ))}
          </figcaption>
          <Chart
            label={words.charts.chartOf(title)}
            traces={traces}
            columns={[laid.x, ...drawn]}
            fills={[]}
            bands={[]}
            marks={[]}
            isNamed={false}
            isMirrored={false}
            isTimeShown={i === charts.length - 1}
            range={zoom ?? { from: 0, to: (laid.x.at(-1) ?? 1) * 1000 }}
            palette={palette}
            writeX={(s) => stopwatch(s * 1000)}
            writeY={writeY}
            writeRight={formats.rate}
            pointed={null}
            onHover={setHover}
            onZoom={setZoom}
          />
        </figure>
      ))}
    </section>
  );
};

/** Minor units as hundredths of the currency's own unit, so that amounts of several currencies share a scale. */
const inHundredths = (minor: Column, currency: string | null): Column => {
  const factor = currency === null ? 1 : 10 ** (2 - minorDigits(currency));
  return minor.map((amount) => (amount === null ? null : amount * factor));
};

const Figures = ({ sides, definitions, shown }: Pick<Props, 'definitions' | 'shown'> & { sides: readonly Side[] }) => {
  const { words, formats, language } = useSpeech();
  const isWhole = sides.every(({ compared }) => compared.stretch === null);
  const value = ({ stream }: Side, name: NumberName): number | null => {
    const figure = stream[name];
    return typeof figure === 'number' ? figure : null;
  };
  return (
    <section className="ledger panel">
      <div className="ledger-table" tabIndex={0} role="group" aria-label={words.replay.compare.title}>
        <table>
          <thead>
            <tr>
              <td />
              {sides.map((side, i) => (
                <th key={i} scope="col">
                  <span
                    className="swatch"
                    style={{ color: PALETTES[shown][TONES[i] ?? 'expected'] }}
                    aria-hidden="true"
                  />
                  {nameOf(side)}
                </th>
              ))}
            </tr>
          </thead>
          {isWhole && (
            <tbody>
              {NUMBERS.map((name) => (
                <tr key={name} title={definitions.get(name)?.description[language]}>
                  <th scope="row">{words.metric[name]}</th>
                  {sides.map((side, i) => (
                    <td key={i} className="figure">
                      {writeNumber(name, value(side, name), formats, side.stream.currency)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          )}
        </table>
      </div>
    </section>
  );
};
