/** The code of each name where a column holds an Enum: its place in the list. */
export const codes = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>;
