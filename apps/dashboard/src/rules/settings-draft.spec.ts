import { describe, expect, it } from '@jest/globals';
import type { RuleParameter, RuleSettings } from '#contract';
import { changesOf, draftOf } from './settings-draft.js';

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
