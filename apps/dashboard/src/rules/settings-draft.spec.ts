import { describe, expect, it } from '@jest/globals';
import type { RuleParameter, RuleSettings } from '#contract';
import { changesOf, draftOf, settingsBack } from './settings-draft.js';

const parameter = (name: string, kind: RuleParameter['kind']): RuleParameter => ({
  ...{ name, kind, unit: '', title: { en: name, zh: name } },
});
const parameters = [
  parameter('enabled', 'flag'),
  parameter('severity', 'choice'),
  parameter('ratio', 'number'),
  parameter('words', 'words'),
  parameter('by_size', 'numbers'),
];
const settings: RuleSettings = {
  ...{ enabled: true, severity: 'warning', ratio: 1.5, words: ['a', 'b'], by_size: { small: 2, large: null } },
};

describe('settings as they are typed', () => {
  const draft = draftOf(settings, parameters);
  it('change nothing while nobody types', () => {
    expect(changesOf(draft, settings, parameters)).toEqual({});
  });
  it('are sent only where they differ, each as its kind', () => {
    const typed = { ...draft, enabled: false, ratio: '2', words: 'a，c', by_size: 'small=3, large=' };
    expect(changesOf(typed, settings, parameters)).toEqual({
      ...{ enabled: false, ratio: 2, words: ['a', 'c'], by_size: { small: 3, large: null } },
    });
  });
  it('a number that was taken out is none', () => {
    expect(changesOf({ ...draft, ratio: ' ' }, settings, parameters)).toEqual({ ratio: null });
  });
});

describe('what puts a rule back', () => {
  const settings = { enabled: true, severity: 'warning', k: 3, min: 5 } as const;
  const defaults = { enabled: true, severity: 'warning', k: 2, min: 5 } as const;
  it('names only what was changed, as it was', () => {
    expect(settingsBack({ settings, defaults, changed_at: 1 }, { k: 4 })).toEqual({ k: 3 });
  });
  it('of a rule that was never set is to follow again', () => {
    expect(settingsBack({ settings: defaults, defaults, changed_at: null }, { k: 4 })).toBeNull();
  });
  it('of giving up all of its own is what it had of its own', () => {
    expect(settingsBack({ settings, defaults, changed_at: 1 }, null)).toEqual({ k: 3 });
  });
});
