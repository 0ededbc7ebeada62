import { InvalidArgumentError } from 'commander';
import { SOURCES, type Source } from '#domain';
import { FAULT_KINDS, type DropoffEffect, type RoomFault, type TrafficBurst } from '#simulate';

/** Readers of one argument each; a bad one throws what commander prints as one clear line. */

export const integerFrom =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
    return value;
  };

/** A share from 0 to 1, or in percent: `0.05`, `5%`. */
export const share = (text: string): number => {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('must be from 0 to 1, or a percentage: 5%.');
  return value;
};

const UNIT_S = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A length of time in whole seconds: `90`, `90s`, `30m`, `2h`, `7d`. */
export const durationS = (text: string): number => {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const seconds = Number(match?.[1]) * UNIT_S[(match?.[2] || 's') as keyof typeof UNIT_S];
  if (!(seconds > 0)) throw new InvalidArgumentError('must be a length of time: 90s, 30m, 2h.');
  return seconds;
};

/** ms since the epoch, or a date: `2026-01-01T12:00:00Z`. */
export const timestamp = (text: string): number => {
  const ts = /^\d{12,13}$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isInteger(ts))
    throw new InvalidArgumentError('must be ms since the epoch or a date: 2026-01-01T12:00:00Z.');
  return ts;
};

/** Times faster than life; `Infinity` for `max`. */
export const speed = (text: string): number => {
  const value = text === 'max' ? Infinity : Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0 (1 is real time), or max.');
  return value;
};

export const httpUrl = (text: string): URL => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('must be the address of a monitor: http://127.0.0.1:3000.');
  return new URL(text);
};

/** By the alphabet of the wire format. */
export const isStreamId = (text: string): boolean => /^[\w:.-]{1,64}$/.test(text);

export const streamId = (text: string): string => {
  if (!isStreamId(text)) throw new InvalidArgumentError('must be 1 to 64 of A-Z a-z 0-9 _ - : .');
  return text;
};

export const listOf = (text: string): string[] => {
  const values = text.split(',').map((value) => value.trim());
  if (values.includes('')) throw new InvalidArgumentError('must be values between commas.');
  return values;
};

/** One more `FROM:SECONDS:RATIO`, such as `600:45:3`: from second 600 on, for 45 s, everybody leaves three times as fast. */
export const effects = (text: string, before: readonly DropoffEffect[] = []): DropoffEffect[] => {
  const [from_s, seconds, hazard_ratio, ...rest] = text.split(':').map(Number);
  if (!isAmount(from_s) || !isAmount(seconds) || !isAmount(hazard_ratio) || rest.length > 0)
    throw new InvalidArgumentError('must be FROM:SECONDS:RATIO, for example 600:45:3.');
  return [...before, { from_s, seconds, hazard_ratio }];
};

/** One more `FROM:SECONDS:JOINS_PER_S:SOURCE:RATIO`, such as `300:60:20:ad:1.6`. */
export const bursts = (text: string, before: readonly TrafficBurst[] = []): TrafficBurst[] => {
  const parts = text.split(':');
  const [from_s, seconds, joins_per_s] = parts.slice(0, 3).map(Number);
  const source = SOURCES.find((known: Source) => known === parts[3]);
  const hazard_ratio = Number(parts[4] ?? '1');
  const wellFormed = isAmount(from_s) && isAmount(seconds) && isAmount(joins_per_s) && isAmount(hazard_ratio);
  if (!wellFormed || source === undefined || parts.length > 5)
    throw new InvalidArgumentError('must be FROM:SECONDS:JOINS_PER_S:SOURCE:RATIO, for example 300:60:20:ad:1.6.');
  return [...before, { from_s, seconds, joins_per_s, source, hazard_ratio }];
};

/** One more `FROM:SECONDS:KIND`, such as `900:60:picture`. */
export const faults = (text: string, before: readonly RoomFault[] = []): RoomFault[] => {
  const parts = text.split(':');
  const [from_s, seconds] = parts.slice(0, 2).map(Number);
  const kind = FAULT_KINDS.find((known) => known === parts[2]);
  if (!isAmount(from_s) || !isAmount(seconds) || kind === undefined || parts.length > 3)
    throw new InvalidArgumentError(
      `must be FROM:SECONDS:KIND, KIND one of ${FAULT_KINDS.join(', ')}, for example 900:60:picture.`,
    );
  return [...before, { kind, from_s, seconds }];
};

const isAmount = (value: number | undefined): value is number => value !== undefined && value >= 0 && value < Infinity;

/** `name=value`; the value is JSON where it reads as such (`9`, `false`), else the text itself. */
export const ruleSetting = (text: string): [string, unknown] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write name=value, such as threshold=9');
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
};
