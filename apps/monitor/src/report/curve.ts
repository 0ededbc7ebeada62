import { markup, type Markup } from './markup.js';

/** What the curve of a report shows; times in seconds since the session's start. */
export interface Curve {
  readonly seconds: number;
  readonly online: readonly { readonly s: number; readonly online: number | null }[];
  readonly bands: readonly { readonly from_s: number; readonly to_s: number; readonly label: string }[];
  readonly alerts: readonly { readonly s: number; readonly label: string }[];
  readonly actions: readonly { readonly s: number; readonly label: string }[];
}

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 48;
const BOTTOM = 44;
const BAND_HEIGHT = 14;
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#9d755d', '#72b7b2'];

/** Online over the session, with what was on below it; a picture that needs nothing else. */
export const curveSvg = ({ seconds, online, bands, alerts, actions }: Curve): Markup => {
  const peak = Math.max(1, ...online.map((point) => point.online ?? 0));
  const x = (s: number): number => round(LEFT + (s / Math.max(1, seconds)) * (WIDTH - LEFT - 8));
  const y = (value: number): number => round(HEIGHT - BOTTOM - (value / peak) * (HEIGHT - BOTTOM - 24));
  const labels = [...new Set(bands.map(({ label }) => label))];
  const colourOf = (label: string): string => COLOURS[labels.indexOf(label) % COLOURS.length]!;
  const ground = HEIGHT - BOTTOM;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<line x1="${LEFT}" y1="${ground}" x2="${WIDTH - 8}" y2="${ground}" stroke="#999"/>
<text x="${LEFT - 6}" y="${y(peak) + 4}" text-anchor="end">${peak}</text><text x="${LEFT - 6}" y="${ground}" text-anchor="end">0</text>
${bands.map(
  ({ from_s, to_s, label }) =>
    markup`<rect x="${x(from_s)}" y="${ground + 4}" width="${round(Math.max(1, x(to_s) - x(from_s)))}" height="${BAND_HEIGHT}" fill="${colourOf(label)}"><title>${label}</title></rect>`,
)}
${hours(seconds).map((s) => markup`<text x="${x(s)}" y="${HEIGHT - 6}" text-anchor="middle">${Math.round(s / 60)}′</text>`)}
${pathsOf(online, x, y).map((path) => markup`<path d="${path}" fill="none" stroke="#222" stroke-width="1.5"/>`)}
${alerts.map(({ s, label }) => markup`<path d="M${x(s) - 5} 6h10l-5 9z" fill="#c0392b"><title>${label}</title></path>`)}
${actions.map(({ s, label }) => markup`<circle cx="${x(s)}" cy="22" r="4" fill="#2471a3"><title>${label}</title></circle>`)}
</svg>`;
};

/** A line is broken where online is unknown. */
const pathsOf = (online: Curve['online'], x: (s: number) => number, y: (value: number) => number): string[] => {
  const paths: string[] = [];
  let path = '';
  for (const point of online) {
    if (point.online === null) {
      if (path !== '') paths.push(path);
      path = '';
    } else path += `${path === '' ? 'M' : 'L'}${x(point.s)} ${y(point.online)}`;
  }
  return path === '' ? paths : [...paths, path];
};

/** A mark at least every sixth of the session, at whole minutes. */
const hours = (seconds: number): number[] => {
  const every = Math.max(60, Math.ceil(seconds / 6 / 60) * 60);
  return Array.from({ length: Math.floor(seconds / every) + 1 }, (_, i) => i * every);
};

const round = (value: number): number => Math.round(value * 10) / 10;
