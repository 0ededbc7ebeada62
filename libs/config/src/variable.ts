/** The process environment, or what a test hands in for it. An empty value is an unset one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How one variable is read: `read` gives `undefined` for a value that is not `expected`. */
export interface Variable<T> {
  readonly name: string;
  /** What a good value is, to follow "must be". */
  readonly expected: string;
  readonly example: string;
  readonly read: (text: string) => T | undefined;
}

/** An integer in `[min, max]`. */
export const integer = (name: string, min: number, max: number, example: number): Variable<number> => ({
  name,
  expected: `an integer from ${min} to ${max}`,
  example: String(example),
  read: (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  },
});

/** Any text of `charactersMin` characters or more. */
export const text = (name: string, example: string, charactersMin = 1): Variable<string> => ({
  name,
  expected: charactersMin === 1 ? 'a text' : `at least ${charactersMin} characters long`,
  example,
  read: (value) => (value.length >= charactersMin ? value : undefined),
});

/** One of `values`. */
export const oneOf = <T extends string>(name: string, values: readonly T[], example: T): Variable<T> => ({
  name,
  expected: `one of ${values.join(', ')}`,
  example,
  read: (value) => values.find((known) => known === value),
});

const YES = ['1', 'true', 'on', 'yes'];
const NO = ['0', 'false', 'off', 'no'];

export const flag = (name: string): Variable<boolean> => ({
  name,
  expected: 'true or false',
  example: 'true',
  read: (value) => (YES.includes(value) ? true : NO.includes(value) ? false : undefined),
});

/** An absolute http or https address. */
export const httpUrl = (name: string, example: string): Variable<string> => ({
  name,
  expected: 'an http or https address',
  example,
  read: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? value : undefined),
});

/** Values between commas, each of which `isItem` accepts; at least one. */
export const list = (
  name: string,
  expected: string,
  example: string,
  isItem: (item: string) => boolean,
): Variable<string[]> => ({
  name,
  expected,
  example,
  read: (value) => {
    const items = value.split(',').map((item) => item.trim());
    return items.every(isItem) ? items : undefined;
  },
});
