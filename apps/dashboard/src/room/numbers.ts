import type { MetricValues } from '#contract';
import type { Span } from '../address.js';
import type { Formats } from '#say';
import type { CurvePoint } from '../live/curves.js';
import { everySecond } from '../live/curves.js';

const PRESENCE_NUMBERS = [
  'online',
  'online_peak',
  'viewers',
  'views',
  'joins_per_min',
  'leaves_per_min',
  'dropoff_ratio',
  'dropoff_per_min',
  'retention_60s',
  'interaction_rate',
] as const;
export const NUMBERS = [...PRESENCE_NUMBERS, 'gmv_minor', 'orders_paid', 'click_to_paid', 'gpm_view', 'aov'] as const;
export type NumberName = (typeof NUMBERS)[number];

/** Which numbers stand together, in reading order. */
export const GROUPS: readonly { name: 'audience' | 'keeping' | 'selling'; numbers: readonly NumberName[] }[] = [
  { name: 'audience', numbers: ['online', 'viewers', 'views', 'joins_per_min', 'leaves_per_min'] },
  { name: 'keeping', numbers: ['dropoff_ratio', 'dropoff_per_min', 'retention_60s', 'interaction_rate'] },
  { name: 'selling', numbers: ['gmv_minor', 'orders_paid', 'click_to_paid', 'gpm_view', 'aov'] },
];

/** What stands for a number once the session is over: nobody is left online, how many there were at most is the question. */
export const AFTERWARDS: Partial<Record<NumberName, NumberName>> = { online: 'online_peak' };

/** A number that the server does not give under its own name is a rate of one that it does. */
export const RATE_OF: Partial<Record<NumberName, 'enters' | 'leaves'>> = {
  joins_per_min: 'enters',
  leaves_per_min: 'leaves',
};

const SPAN_S: Readonly<Record<Exclude<Span, 'session'>, number>> = { '10s': 10, '60s': 60, '300s': 300 };

/** Per minute over the last seconds, of the panes that exist; `null` where one of them is unknown or none exists. */
export const perMinute = (panes: readonly CurvePoint[], name: 'enters' | 'leaves', seconds: number): number | null => {
  const last = everySecond(panes).slice(-seconds);
  if (last.length === 0) return null;
  let sum = 0;
  for (const point of last) {
    const value = point[name];
    if (value === null) return null;
    sum += value;
  }
  return (60 * sum) / last.length;
};

/** Values of all numbers over a span; a window's from its metrics, the session's from its own. `null`: not known. */
export const numbersOver = (
  span: Span,
  values: MetricValues | null,
  panes: readonly CurvePoint[],
  online: number | null,
  session_s: number | null,
): Record<NumberName, number | null> => {
  const rate = (name: 'enters' | 'leaves'): number | null => {
    if (span !== 'session') return perMinute(panes, name, SPAN_S[span]);
    const sum = values?.[name];
    return typeof sum === 'number' && session_s !== null && session_s > 0 ? (60 * sum) / session_s : null;
  };
  const results = {} as Record<NumberName, number | null>;
  for (const name of NUMBERS) {
    const given = RATE_OF[name];
    results[name] = name === 'online' ? online : given === undefined ? (values?.[name] ?? null) : rate(given);
  }
  return results;
};

/** Presence is what an incomplete feed leaves in doubt; money and orders are counted from events all the same. */
export const OF_PRESENCE: ReadonlySet<NumberName> = new Set(PRESENCE_NUMBERS);

/** The values where nothing is heard of viewers. */
export const withoutPresence = (values: Record<NumberName, number | null>): Record<NumberName, number | null> =>
  Object.fromEntries(NUMBERS.map((name) => [name, OF_PRESENCE.has(name) ? null : values[name]])) as typeof values;

/** How a number is written. */
export const writeNumber = (
  name: NumberName,
  value: number | null,
  formats: Formats,
  currency: string | null,
): string => {
  switch (name) {
    case 'online':
    case 'online_peak':
    case 'viewers':
    case 'views':
    case 'orders_paid':
      return formats.count(value);
    case 'joins_per_min':
    case 'leaves_per_min':
      return formats.rate(value);
    case 'dropoff_ratio':
      return formats.times(value);
    case 'dropoff_per_min':
    case 'retention_60s':
    case 'interaction_rate':
    case 'click_to_paid':
      return formats.share(value);
    case 'gmv_minor':
    case 'gpm_view':
    case 'aov':
      return formats.money(value, currency);
  }
};
