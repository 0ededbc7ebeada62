import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { badRequest } from './problem.js';

/** One query parameter: how it is read, what it is when absent, and how it is documented. `read` gives `undefined` for what is not `expected`. */
export interface Parameter<T> {
  readonly expected: string;
  readonly schema: TSchema;
  readonly absent: T;
  readonly read: (raw: string) => T | undefined;
}

export type QuerySpec = Readonly<Record<string, Parameter<unknown>>>;
export type QueryValues<S extends QuerySpec> = { [K in keyof S]: S[K] extends Parameter<infer T> ? T : never };

/** Reads a query string; an unknown, repeated or wrong parameter is a 400 that says which, and what is allowed. */
export const readQuery = (spec: QuerySpec, raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const unknown = Object.keys(raw).find((name) => !Object.hasOwn(spec, name));
  if (unknown !== undefined) {
    const allowed = Object.keys(spec).join(', ') || 'none';
    throw badRequest(`unknown parameter "${unknown}"; allowed here: ${allowed}`);
  }
  return Object.fromEntries(
    Object.entries(spec).map(([name, parameter]) => [name, readParameter(name, parameter, raw[name])]),
  );
};

const readParameter = (name: string, parameter: Parameter<unknown>, raw: unknown): unknown => {
  if (raw === undefined) return parameter.absent;
  const value = typeof raw === 'string' ? parameter.read(raw) : undefined;
  if (value === undefined) throw badRequest(`parameter "${name}" must be ${parameter.expected}`);
  return value;
};

/** An integer in `[min, max]`. */
export const integerParameter = <A extends number | null>(
  min: number,
  max: number,
  absent: A,
): Parameter<number | A> => ({
  expected: `an integer from ${min} to ${max}`,
  schema: Type.Integer({ minimum: min, maximum: max, ...(absent === null ? {} : { default: absent }) }),
  absent,
  read: (raw) => {
    const value = /^\d{1,16}$/.test(raw) ? Number(raw) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  },
});

/** A moment, ms since the epoch. */
export const timeParameter = (): Parameter<number | null> => ({
  ...integerParameter(0, 4_102_444_800_000, null),
  expected: 'a time in ms since the epoch',
});

/** One of `values`. */
export const choiceParameter = <T extends string>(values: readonly T[]): Parameter<T | null> => ({
  expected: `one of ${values.join(', ')}`,
  schema: Type.Enum([...values]),
  absent: null,
  read: (raw) => values.find((value) => value === raw),
});

/** Any text of 1 to `length` characters. */
export const textParameter = (length: number): Parameter<string | null> => ({
  expected: `a text of 1 to ${length} characters`,
  schema: Type.String({ minLength: 1, maxLength: length }),
  absent: null,
  read: (raw) => (raw.length >= 1 && raw.length <= length ? raw : undefined),
});

/** Values of `known` between commas, each at most once. */
export const listParameter = (known: readonly string[]): Parameter<string[] | null> => ({
  expected: `names between commas, out of ${known.join(', ')}`,
  schema: Type.String(),
  absent: null,
  read: (raw) => {
    const names = raw.split(',');
    return names.every((name) => known.includes(name)) ? [...new Set(names)] : undefined;
  },
});

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A duration of whole seconds such as `10s`, `5m`, `1h`, in ms. */
export const durationParameter = (min_ms: number, max_ms: number, absent_ms: number): Parameter<number> => ({
  expected: `a duration from ${min_ms / 1000}s to ${max_ms / 1000}s, such as 10s, 5m or 1h`,
  schema: Type.String({ pattern: '^[0-9]{1,6}[smh]$', default: `${absent_ms / 1000}s` }),
  absent: absent_ms,
  read: (raw) => {
    const [, count = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(raw) ?? [];
    const value = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
    return value >= min_ms && value <= max_ms ? value : undefined;
  },
});

/** A duration as {@link durationParameter} reads it, or none. */
export const optionalDurationParameter = (min_ms: number, max_ms: number): Parameter<number | null> => {
  const { expected, read } = durationParameter(min_ms, max_ms, min_ms);
  return { expected, schema: Type.String({ pattern: '^[0-9]{1,6}[smh]$' }), absent: null, read };
};

/** How many rows of a list one answer holds. */
export const limitParameter = integerParameter(1, 1000, 100);

/** Where a list goes on: opaque to clients; to us the base64url of a JSON key that `isKey` knows. Its value is the cursor itself. */
export const cursorParameter = (isKey: (key: unknown) => boolean): Parameter<string | null> => ({
  expected: 'a cursor from an earlier answer',
  schema: Type.String(),
  absent: null,
  read: (raw) => (isKey(cursorKey(raw)) ? raw : undefined),
});

/** A cursor's key; `undefined` where it is none. */
export const cursorKey = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
};

/** The key of lists in order of time: a time and an id. */
export const isTimeKey = (key: unknown): boolean =>
  Array.isArray(key) && key.length === 2 && Number.isSafeInteger(key[0]) && typeof key[1] === 'string';
