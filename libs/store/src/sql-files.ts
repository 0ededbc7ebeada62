import { readFileSync, readdirSync } from 'node:fs';

const FOLDER = new URL('./', import.meta.url);

/** One forward step of the schema: `migrations/NNNN-name.sql`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** In order; each is one statement. */
  readonly statements: readonly string[];
}

/** Text of `queries/<name>.sql`, each comment `include <part>` replaced by `queries/parts/<part>.sql`: a list written once. */
export const readQuery = (name: string): string => withParts(read(`queries/${name}.sql`));

/** Text of `views/<name>.sql`, parts included: rows that a question may ask for, of the rooms that match `{rooms:String}`. */
export const readView = (name: string): string => withParts(read(`views/${name}.sql`));

const withParts = (sql: string): string =>
  sql.replace(/\/\* include (\w+) \*\//g, (_, part: string) => read(`queries/parts/${part}.sql`));

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8').trim();

/** All migrations by number. A statement ends with a semicolon at the end of a line. */
export const readMigrations = (): Migration[] =>
  readdirSync(new URL('migrations/', FOLDER))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      number: Number(file.slice(0, 4)),
      name: file.slice(5, -'.sql'.length),
      statements: splitStatements(read(`migrations/${file}`)),
    }));

const splitStatements = (sql: string): string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
