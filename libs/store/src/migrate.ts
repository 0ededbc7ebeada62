import { readMigrations, type Migration } from './sql-files.js';
import type { StoreClient } from './client.js';

const LEDGER = `CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, applied_at DateTime64(3) DEFAULT now64(3))
ENGINE = ReplacingMergeTree ORDER BY number`;

/**
 * Brings the schema forward: each migration once, in order, recorded when all its statements have run. Answers those it
 * applied. Statements are repeatable (IF NOT EXISTS), so one that was cut off by a crash is simply run again.
 */
export const migrate = async (client: StoreClient): Promise<Migration[]> => {
  await client.write.run(LEDGER);
  const applied = await client.write.rows<{ number: number }>('SELECT number FROM migrations FINAL');
  const done = new Set(applied.map(({ number }) => number));
  const waiting = readMigrations().filter(({ number }) => !done.has(number));
  for (const migration of waiting) {
    for (const statement of migration.statements) await client.write.run(statement);
    await client.write.insertJson('migrations', JSON.stringify({ number: migration.number, name: migration.name }));
  }
  return waiting;
};
