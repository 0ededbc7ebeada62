import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Tone } from './palette.js';

/** One line or area of a chart. */
export interface Trace {
  readonly tone: Tone;
  /** An `edge` is not drawn: it bounds a fill. */
  readonly look: 'line' | 'area' | 'dashed' | 'edge';
  /** The second scale stands on the right. */
  readonly scale: 'y' | 'right';
}

/** Fills between trace `above` and trace `below` where the first is the larger. */
export interface Fill {
  readonly above: number;
  readonly below: number;
  readonly tone: Tone;
}

/** A stretch of time with a name, drawn as a band: `[from, to)`, ms; `to` of `null` is open. */
export interface Band {
  readonly from: number;
  readonly to: number | null;
  readonly label: string;
  readonly hue: number;
}

/** A moment with a name, ms. */
export interface Mark {
  readonly ts: number;
  readonly label: string;
  /** `note` is an alert that asks for nobody, `action` what a producer changed. */
  readonly kind: 'alert' | 'note' | 'cue' | 'action';
}

export interface ChartProps {
  readonly label: string;
  readonly traces: readonly Trace[];
  /** Seconds since the epoch, then one column a trace. */
  readonly columns: readonly (readonly (number | null)[])[];
  readonly fills: readonly Fill[];
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  /** Names of bands and marks are written on the first chart only; the others show where they are. */
  readonly isNamed: boolean;
  readonly isMirrored: boolean;
  readonly isTimeShown: boolean;
  /** ms */
  readonly range: { from: number; to: number };
  readonly palette: Readonly<Record<Tone, string>>;
  /** The clock below, of seconds. */
  readonly writeX: (s: number) => string;
  readonly writeY: (value: number) => string;
  readonly writeRight: (value: number) => string;
  /** Where the crosshair is put, ms, by keys; `null`: where the mouse has it. */
  readonly pointed: number | null;
  readonly onHover: (ts: number | null) => void;
  readonly onZoom: (range: { from: number; to: number } | null) => void;
}

const BAND_PX = 22;
const SYNC_KEY = 'room';

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
const font = (scale: number): string => `${Math.round(rem() * scale)}px ${getComputedStyle(document.body).fontFamily}`;

/** One set of curves on the room's clock. It is drawn anew only when its shape changes; numbers and range are handed on. */
export const Chart = (props: ChartProps) => {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { palette, traces, isMirrored, isNamed, isTimeShown, columns, range, bands, marks } = props;
  const shape = traces.map(({ tone, look, scale }) => `${tone}${look}${scale}`).join();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(latest, element), dataOf(latest.current), element);
    plot.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [palette, shape, isMirrored, isNamed, isTimeShown]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    made.batch(() => {
      made.setData(dataOf(latest.current), false);
      made.setScale('x', { min: range.from / 1000, max: range.to / 1000 });
    });
  }, [columns, range.from, range.to, bands, marks, palette]);

  useEffect(() => {
    const made = plot.current;
    if (made === null || props.pointed === null) return;
    made.setCursor({ left: made.valToPos(props.pointed / 1000, 'x'), top: 0 }, false);
  }, [props.pointed, range.from, range.to]);

  return <div ref={host} className="chart" role="img" aria-label={props.label} />;
};

const dataOf = ({ columns }: ChartProps): uPlot.AlignedData => columns as uPlot.AlignedData;

const optionsOf = (latest: { current: ChartProps }, element: HTMLElement): uPlot.Options => {
  const { palette, traces, isMirrored, isNamed, isTimeShown, fills } = latest.current;
  const unit = rem();
  const floor = (min: number | null, max: number | null): uPlot.Range.MinMax => {
    const reach = Math.max(isMirrored ? Math.abs(min ?? 0) : 0, max ?? 0, 1) * 1.12;
    return [isMirrored ? -reach : 0, reach];
  };
  const axis = { stroke: palette.axis, font: font(0.72), ticks: { show: false }, gap: 4 };
  const grid = { stroke: palette.grid, width: 1 };
  const hasRight = traces.some(({ scale }) => scale === 'right');
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [isNamed ? unit * 1.3 : unit * 0.3, 0, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC_KEY, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: true, auto: false, min: latest.current.range.from / 1000, max: latest.current.range.to / 1000 },
      y: { range: (_, min, max) => floor(min, max) },
      ...(hasRight && { right: { range: (_: uPlot, min: number | null, max: number | null) => floor(min, max) } }),
    },
    axes: [
      {
        ...axis,
        grid: { show: true, ...grid },
        size: (isTimeShown ? unit * 1.6 : unit * 0.5) + (isNamed ? BAND_PX * (unit / 16) : 0),
        gap: isNamed ? (BAND_PX * unit) / 16 + 4 : 4,
        space: unit * 5,
        values: (_, splits) => splits.map((s) => (isTimeShown ? latest.current.writeX(s) : '')),
      },
      {
        ...axis,
        scale: 'y',
        grid: { show: true, ...grid },
        size: unit * 4,
        space: unit * 2,
        values: (_, splits) => eachOnce(splits.map((value) => latest.current.writeY(Math.abs(value)))),
      },
      ...(hasRight
        ? [
            {
              ...axis,
              scale: 'right',
              side: 1 as const,
              grid: { show: false },
              size: unit * 3.2,
              space: unit * 2,
              values: (_: uPlot, splits: number[]) => eachOnce(splits.map((value) => latest.current.writeRight(value))),
            },
          ]
        : [{ ...axis, scale: 'y', side: 1 as const, grid: { show: false }, size: unit * 3.2, values: () => [] }]),
    ],
    series: [{}, ...traces.map((trace) => seriesOf(trace, palette))],
    bands: fills.map(({ above, below, tone }) => ({
      series: [above + 1, below + 1],
      fill: palette[tone],
      dir: -1,
    })),
    hooks: {
      drawClear: [(u) => drawBands(u, latest.current)],
      draw: [(u) => drawMarks(u, latest.current)],
      setCursor: [
        (u) => {
          const { left } = u.cursor;
          latest.current.onHover(left === undefined || left === null || left < 0 ? null : u.posToVal(left, 'x') * 1000);
        },
      ],
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          const from = Math.floor(u.posToVal(u.select.left, 'x')) * 1000;
          const to = Math.ceil(u.posToVal(u.select.left + u.select.width, 'x')) * 1000;
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom({ from, to });
        },
      ],
      ready: [(u) => u.over.addEventListener('dblclick', () => latest.current.onZoom(null))],
    },
  };
};

/** Neighbours that read the same (¥0, ¥0 …) are written once. */
const eachOnce = (labels: readonly string[]): string[] =>
  labels.map((label, i) => (label === labels[i - 1] ? '' : label));

const seriesOf = ({ tone, look, scale }: Trace, palette: Readonly<Record<Tone, string>>): uPlot.Series => ({
  scale,
  stroke: palette[tone],
  width: (1.75 * rem()) / 16,
  points: { show: false },
  ...(look === 'edge' && { width: 0 }),
  ...(look === 'dashed' && { dash: [5, 4] }),
  ...(look === 'area' && { fill: `color-mix(in srgb, ${palette[tone]} 16%, transparent)` }),
});

/** Canvas x of an event time, held within the plot. */
const across = (u: uPlot, ts: number): number => {
  const { left, width } = u.bbox;
  return Math.min(left + width, Math.max(left, u.valToPos(ts / 1000, 'x', true)));
};

/** What is on, as a tint under the curves and, on the named chart, a labelled strip below them. */
const drawBands = (u: uPlot, { bands, isNamed, range, palette }: ChartProps): void => {
  const { ctx, bbox } = u;
  const strip = ((BAND_PX * rem()) / 16) * devicePixelRatio;
  ctx.save();
  for (const { from, to, label, hue } of bands) {
    const [left, right] = [across(u, from), across(u, to ?? range.to)];
    if (right - left < 1) continue;
    ctx.fillStyle = `hsl(${hue} 60% 55% / 0.09)`;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (!isNamed) continue;
    const top = bbox.top + bbox.height + 3 * devicePixelRatio;
    const height = strip - 4 * devicePixelRatio;
    ctx.fillStyle = `hsl(${hue} 45% ${palette.bandLightness})`;
    ctx.beginPath();
    ctx.roundRect(left + 1, top, right - left - 2, height, 3 * devicePixelRatio);
    ctx.fill();
    writeWithin(
      ctx,
      label,
      left + 6 * devicePixelRatio,
      top + height / 2,
      right - left - 12 * devicePixelRatio,
      palette.bandText,
    );
  }
  ctx.restore();
};

const canvasFont = (scale: number): string =>
  `${Math.round(rem() * scale * devicePixelRatio)}px ${getComputedStyle(document.body).fontFamily}`;

const writeWithin = (
  ctx: CanvasRenderingContext2D,
  label: string,
  x: number,
  y: number,
  width: number,
  colour: string,
): void => {
  ctx.font = canvasFont(0.72);
  ctx.fillStyle = colour;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let text = label;
  while (text.length > 1 && ctx.measureText(text).width > width)
    text = `${text.slice(0, text.endsWith('…') ? -2 : -1)}…`;
  if (ctx.measureText(text).width <= width) ctx.fillText(text, x, y);
};

/** Whose name is written where there is room for one. */
const RANK: Readonly<Record<Mark['kind'], number>> = { alert: 0, action: 1, note: 2, cue: 3 };

/** Alerts as red lines with a triangle, script cues as dotted ones; their names on the named chart. */
const drawMarks = (u: uPlot, { marks, isNamed, range, palette }: ChartProps): void => {
  const { ctx, bbox } = u;
  const dot = devicePixelRatio;
  const written: { left: number; right: number }[] = [];
  ctx.save();
  for (const { ts, label, kind } of [...marks].sort((a, b) => RANK[a.kind] - RANK[b.kind])) {
    if (ts < range.from || ts > range.to) continue;
    const x = Math.round(across(u, ts));
    ctx.strokeStyle = ctx.fillStyle = {
      alert: palette.alert,
      note: palette.online,
      cue: palette.axis,
      action: palette.action,
    }[kind];
    ctx.lineWidth = (kind === 'alert' ? 1.5 : 1) * dot;
    ctx.setLineDash(kind !== 'cue' ? [] : [2 * dot, 3 * dot]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (!isNamed) continue;
    const text = { alert: `▲ ${label}`, note: `● ${label}`, cue: label, action: `✎ ${label}` }[kind];
    ctx.font = canvasFont(0.7);
    ctx.textBaseline = 'bottom';
    const width = ctx.measureText(text).width;
    const left = Math.min(x - 4 * dot, bbox.left + bbox.width - width);
    if (written.some((other) => left < other.right && other.left < left + width)) {
      if (kind === 'alert') ctx.fillText('▲', x - 4 * dot, bbox.top + 12 * dot);
      continue;
    }
    ctx.textAlign = 'left';
    ctx.fillText(text, left, bbox.top - 3 * dot);
    written.push({ left: left - 10 * dot, right: left + width + 10 * dot });
  }
  ctx.restore();
};
