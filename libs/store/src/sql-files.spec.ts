import { describe, expect, it } from '@jest/globals';
import { readMigrations, readQuery } from './sql-files.js';

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    const numbers = readMigrations().map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });

  it('hold only statements that may be run again', () => {
    const statements = readMigrations().flatMap((migration) => migration.statements);
    for (const statement of statements)
      expect(statement).toMatch(
        /^(--.*\n|\n)*(CREATE (TABLE IF NOT EXISTS|VIEW IF NOT EXISTS|OR REPLACE VIEW)|ALTER TABLE \w+ MODIFY SETTING) /,
      );
  });
});

describe('a query', () => {
  it('has its included parts in it', () => {
    expect(readQuery('steps')).toContain('sumForEach(at_risk) AS at_risk');
    expect(readQuery('steps')).not.toContain('include');
  });
});
