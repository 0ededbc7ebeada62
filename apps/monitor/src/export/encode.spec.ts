import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from './encode.js';

const ROWS = 5_000;

async function* numbered(): AsyncGenerator<Record<string, unknown>> {
  for (let n = 0; n < ROWS; n++) yield { n, text: n % 2 === 0 ? `row ${n}` : null };
}

const bytesOf = async (): Promise<Buffer> => {
  const columns = ['n', 'text'].map((name) => ({ name, about: '' }));
  const pieces: Uint8Array[] = [];
  for await (const piece of encode({ columns, rows: numbered() }, 'parquet', false)) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** Read by ClickHouse, in a process of its own, for the engine opens one store a process. */
const read = (bytes: Uint8Array, select: string): unknown => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-parquet-'));
  try {
    const file = join(folder, 'export.parquet');
    writeFileSync(file, bytes);
    const script = `process.stdout.write(require('chdb').query("SELECT ${select} FROM file('${file}', Parquet) SETTINGS max_threads = 1, output_format_json_quote_64bit_integers = 0", 'JSONEachRow'))`;
    return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('Parquet of several row groups', () => {
  it('holds each row once and in order', async () => {
    const asked = 'count() AS rows, groupArray(n) = range(5000) AS in_order, countIf(text IS NULL) AS empty';
    expect(read(await bytesOf(), asked)).toEqual({ rows: ROWS, in_order: 1, empty: ROWS / 2 });
  });

  it('lets others have their turn between the groups', async () => {
    let turns = 0;
    let other = setImmediate(function turn() {
      turns++;
      other = setImmediate(turn);
    });
    await bytesOf();
    clearImmediate(other);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
