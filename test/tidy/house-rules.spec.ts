import { describe, expect, it } from '@jest/globals';
import { hasNoLayers, isPure, isShort, leavesNothingUndone, runsAllTests, type Rule } from './house-rules.js';
import { filesEnding } from './source-tree.js';

const sources = filesEnding('.ts', '.tsx', '.mjs', '.css', '.sql');

describe('the house', () => {
  it.each<[string, Rule]>([
    [`has no file that is too long to hold one idea`, isShort],
    ['has no folder named after a layer', hasNoLayers],
    ['leaves nothing undone in comments', leavesNothingUndone],
    ['runs all of its tests', runsAllTests],
    ['keeps clock, chance and environment out of its core', isPure],
  ])('%s', (_law, rule) => expect(sources.flatMap(rule)).toEqual([]));

  it('asks no question that nobody asks: every .sql file is named by the code beside it', () => {
    const isMigration = (path: string): boolean => path.includes('/migrations/');
    const queries = sources.filter(({ path }) => path.endsWith('.sql') && !isMigration(path));
    const words = sources
      .filter(({ path }) => !path.endsWith('.spec.ts') && (path.startsWith('libs/store/') || path.includes('-in-sql/')))
      .map(({ text }) => text)
      .join('\n');
    const unused = queries
      .map(({ path }) => path)
      .filter((path) => !new RegExp(`['"\` ]${nameOf(path)}['"\` ]`).test(words));
    expect(queries.length).toBeGreaterThan(10);
    expect(unused).toEqual([]);
  });
});

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.sql'.length);

describe('the check of the house rules', () => {
  const core = 'libs/window/src/a.ts';
  const spec = 'libs/window/src/a.spec.ts';
  it.each<[string, Rule, string, string]>([
    ['the wall clock', isPure, core, 'const now = Date.now();'],
    ['the wall clock as a date', isPure, core, 'const now = new Date();'],
    ['chance', isPure, core, 'const x = Math.random();'],
    ['a timer', isPure, core, 'setTimeout(() => {}, 1);'],
    ['the environment', isPure, core, 'const { HOME } = process.env;'],
    ['a file of 501 lines', isShort, core, '\n'.repeat(501)],
    ['a folder of helpers', hasNoLayers, 'libs/window/src/helpers/a.ts', ''],
    ['work left for later', leavesNothingUndone, core, '// TODO: the rest'],
    ['a test that runs alone', runsAllTests, spec, `it.only('a law', () => {});`],
    ['a test that does not run', runsAllTests, spec, `xit('a law', () => {});`],
    ['a test to be written', runsAllTests, spec, `it.todo('a law');`],
  ])('finds %s', (_what, rule, path, text) => expect(rule({ path, text })).toHaveLength(1));

  it.each<[string, Rule, string, string]>([
    ['a given moment', isPure, core, 'const then = new Date(ts);'],
    ['a field of that name', isPure, core, 'const { next } = wheel.process; const a = { fetch: 1 };'],
    ['a word in a comment', isPure, core, '// never Date.now'],
    ['the clock in a shell', isPure, 'apps/cli/src/a.ts', 'const now = Date.now();'],
    ['a word in a text', leavesNothingUndone, core, `const hint = 'TODO';`],
  ])('passes %s', (_what, rule, path, text) => expect(rule({ path, text })).toEqual([]));
});
