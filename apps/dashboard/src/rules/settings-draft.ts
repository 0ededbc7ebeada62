import type { RuleParameter, RuleRow, RuleSettings, RuleValue } from '#contract';

/** Settings as they are typed: text for all but flags. */
export type Draft = Readonly<Record<string, string | boolean>>;

const isMap = (value: RuleValue): value is { readonly [key: string]: number | null } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as it is typed and shown. */
export const writeValue = (value: RuleValue | undefined): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (isMap(value))
    return Object.entries(value)
      .map(([name, number]) => `${name}=${number ?? ''}`)
      .join(', ');
  return String(value);
};

export const draftOf = (settings: RuleSettings, parameters: readonly RuleParameter[]): Draft =>
  Object.fromEntries(
    parameters.map(({ name, kind }) => [name, kind === 'flag' ? settings[name] === true : writeValue(settings[name])]),
  );

const list = (text: string): string[] =>
  text
    .split(/[,，\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const typed = (text: string | boolean, kind: RuleParameter['kind']): RuleValue => {
  if (typeof text === 'boolean') return text;
  switch (kind) {
    case 'number':
      return text.trim() === '' ? null : Number(text);
    case 'words':
      return list(text);
    case 'numbers':
      return Object.fromEntries(
        list(text).map((part) => {
          const [name = '', number = ''] = part.split('=').map((side) => side.trim());
          return [name, number === '' ? null : Number(number)];
        }),
      );
    case 'flag':
    case 'choice':
      return text;
  }
};

/** What a draft changes of the settings as they stand: only what differs is sent. */
export const changesOf = (
  draft: Draft,
  settings: RuleSettings,
  parameters: readonly RuleParameter[],
): Partial<RuleSettings> => {
  const was = draftOf(settings, parameters);
  return Object.fromEntries(
    parameters
      .filter(({ name }) => draft[name] !== undefined && draft[name] !== was[name])
      .map(({ name, kind }) => [name, typed(draft[name] ?? '', kind)]),
  );
};

/**
 * What puts a rule back to where it stands before `changes` (`null`: before all of its own settings are given up). One that set
 * nothing itself goes on following what it followed; one that did keeps as its own what it is put back to.
 */
export const settingsBack = (
  { settings, defaults, changed_at }: Pick<RuleRow, 'settings' | 'defaults' | 'changed_at'>,
  changes: Partial<RuleSettings> | null,
): Partial<RuleSettings> | null => {
  if (changed_at === null) return null;
  const own = Object.entries(settings).filter(([name, value]) =>
    changes === null ? writeValue(value) !== writeValue(defaults[name]) : name in changes,
  );
  return Object.fromEntries(own);
};
