import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { AuditAnswer, MetricsAnswer, PresentationRow, Problem } from '#contract';
import { end, EVENING_MS, playTwoEvenings, type TwoEvenings } from '../kit/two-evenings.js';

const START_UP_MS = 180_000;
type Row = Record<string, unknown>;
let evenings: TwoEvenings;
beforeAll(async () => {
  evenings = await playTwoEvenings();
}, START_UP_MS);
afterAll(() => evenings.monitor.stop());

const exported = async (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  evenings.monitor.fetch(`/api/v1/streams/first/export?${query}`, { headers });
const csv = async (what: string, more = ''): Promise<Record<string, string>[]> =>
  parse(await (await exported(`what=${what}&format=csv${more}`)).text(), {
    columns: true,
    comment: '#',
    comment_no_infix: true,
    bom: true,
  });
const rowsOf = (lines: string): Row[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
const ndjson = async (what: string, more = ''): Promise<Row[]> =>
  rowsOf(await (await exported(`what=${what}&format=ndjson${more}`)).text());
/** What ClickHouse, a reader that is not ours, finds in the file; in a process of its own, for the engine opens one store a process. */
const parquet = async (what: string): Promise<Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-export-'));
  try {
    const file = join(folder, 'export.parquet');
    writeFileSync(file, Buffer.from(await (await exported(`what=${what}&format=parquet`)).arrayBuffer()));
    const read = `process.stdout.write(require('chdb').query("SELECT * FROM file('${file}', Parquet) SETTINGS output_format_json_quote_64bit_integers = 0", 'JSONEachRow'))`;
    const lines = execFileSync(process.execPath, ['-e', read], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return rowsOf(lines);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('an export of raw events', () => {
  it('holds each event once, with the ids that were sent', async () => {
    const sent = evenings.events.first.map(({ event_id }) => event_id).sort();
    for (const rows of [await csv('events'), await ndjson('events')])
      expect(rows.map((row) => row['event_id']).sort()).toEqual(sent);
  });

  it('shows viewers by pseudonym only', async () => {
    const rows = await ndjson('events');
    const viewers = rows.filter(({ type }) => type === 'enter').map(({ viewer }) => String(viewer));
    for (const viewer of viewers) expect(viewer).toMatch(/^[0-9a-f]{16}$/);
    const raw = evenings.events.first.flatMap((event) => ('viewer_id' in event ? [String(event.viewer_id)] : []));
    const told = new Set(rows.flatMap((row) => Object.values(row).map(String)));
    expect(raw.filter((viewer_id) => told.has(viewer_id))).toEqual([]);
  });

  it('of a range holds that range', async () => {
    const [from, to] = [evenings.events.first[500]!.ts, evenings.events.first[900]!.ts];
    const floor = (ts: number): number => Math.floor(ts / 1000) * 1000;
    const rows = await ndjson('events', `&from=${from}&to=${to}`);
    const expected = evenings.events.first.filter(({ ts }) => ts >= floor(from) && ts < floor(to));
    expect(rows).toHaveLength(expected.length);
  });
});

describe('every format', () => {
  it.each(['metrics', 'presentations', 'alerts'])('holds the same %s', async (what) => {
    const lines = await ndjson(what);
    const cells = await csv(what);
    const columns = await parquet(what);
    if (what !== 'alerts') expect(lines.length).toBeGreaterThan(0);
    expect(cells).toHaveLength(lines.length);
    expect(columns).toHaveLength(lines.length);
    for (const [i, line] of lines.entries()) {
      for (const [name, value] of Object.entries(line)) {
        expect(cells[i]![name]).toBe(
          value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : `${value as string}`,
        );
        const stored = columns[i]![name];
        expect(stored).toEqual(typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
      }
    }
  });

  it('holds the same raw events', async () => {
    const lines = await ndjson('events');
    expect(await parquet('events')).toEqual(lines);
    const cells = lines.map((row) => Object.values(row).map((value) => (value === null ? '' : `${value as string}`)));
    expect((await csv('events')).map((row) => Object.values(row))).toEqual(cells);
  });
});

describe('an export of what is computed', () => {
  it('is what REST answers', async () => {
    const { points } = await evenings.monitor.get<MetricsAnswer>('/streams/first/metrics');
    expect(await ndjson('metrics')).toEqual(points.map((point) => ({ quality: 'final', ...point })));
    const { presentations } = await evenings.monitor.get<{ presentations: PresentationRow[] }>(
      '/streams/first/presentations',
    );
    expect(await ndjson('presentations')).toEqual(presentations);
  });

  it('says above a CSV what each column is, unless asked not to', async () => {
    const text = await (await exported('what=metrics&format=csv')).text();
    const head = text.split('\n').filter((line) => line.replace('\ufeff', '').startsWith('# '));
    expect(head.find((line) => line.startsWith('# leaves: '))).toMatch(/leave/);
    const bare = await (await exported('what=metrics&format=csv&definitions=none')).text();
    expect(bare).toMatch(/^"ts","quality",/);
  });
});

describe('metrics as Parquet', () => {
  it('of more seconds than fit into memory are refused with the step that would do; CSV is not', async () => {
    const { monitor } = evenings;
    const seen = [0, 13 * 3_600_000].map((later) => ({
      ...{ event_id: `seen-${later}`, stream_id: 'long', type: 'online_count', ts: EVENING_MS + later, count: 5 },
    }));
    const headers = { 'content-type': 'application/json' };
    await monitor.fetch('/api/v1/events', { method: 'POST', body: JSON.stringify(seen), headers });
    await end(monitor, 'long');
    const ask = (more: string): Promise<Response> => monitor.fetch(`/api/v1/streams/long/export?what=metrics&${more}`);
    const refusal = await ask('format=parquet');
    expect(refusal.status).toBe(400);
    expect(((await refusal.json()) as Problem).detail).toContain('ask for step=2s');
    expect((await ask('format=parquet&step=2s')).status).toBe(200);
    expect((await ask('format=csv')).status).toBe(200);
  });
});

describe('who exports', () => {
  it('is written down', async () => {
    await (await exported('what=alerts&format=ndjson')).text();
    const { entries } = await evenings.monitor.get<AuditAnswer>('/audit');
    const detail = { what: 'alerts', format: 'ndjson', from: null, to: null };
    const wanted = { by: 'admin', action: 'export', target: 'first', detail };
    expect(entries).toContainEqual(expect.objectContaining(wanted));
  });

  it.each(['', 'what=events', 'what=secrets&format=csv', 'what=events&format=xls'])('"%s" is refused', async (query) =>
    expect((await exported(query)).status).toBe(400),
  );
});
