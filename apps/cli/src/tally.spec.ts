import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from './exit-code.js';
import type { Surroundings } from './surroundings.js';
import { runTally } from './tally.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-spec-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tally = (...argv: string[]) => tallyIn({}, ...argv);
const tallyIn = async (around: Partial<Surroundings>, ...argv: string[]) => {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await runTally(argv, {
    environment: { DATA_DIR: folder },
    clock: { now: () => 1_767_268_800_000 },
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    progress: { isTTY: false, write: () => undefined },
    stop: new AbortController().signal,
    ...around,
  });
  return { code, printed, complained };
};

describe('the command line', () => {
  it.each([
    [['simulate'], 'exactly one of --out FILE, --url ADDRESS, --kafka BROKERS'],
    [['simulate', '--out', 'x', '--url', 'http://127.0.0.1'], 'exactly one of'],
    [['simulate', '--out', 'x', '--late', '0.9', '--too-late', '0.2'], 'together at most 1'],
    [['simulate', '--out', '-', '--json'], 'both want standard output'],
    [['simulate', '--out', 'x', '--online', 'many'], 'must be a whole number'],
    [['simulate', '--out', 'x', '--presence', 'psychic'], 'Allowed choices are'],
    [['import'], "missing required argument 'files'"],
    [['import', 'no-such-file'], 'no-such-file is not a file'],
    [['import', '--format', 'xml', 'x'], 'Allowed choices are'],
    [['token', '--streams', 'a'], "required option '--role <role>' not specified"],
    [['detect', '--csv', 'no-such-file', '--column', 'x'], 'no-such-file is not a file: give --csv'],
    [['nonsense'], "unknown command 'nonsense'"],
    [['simulate', '--nonsense'], "unknown option '--nonsense'"],
  ])('refuses %j with one clear line and exit code 2', async (argv, reason) => {
    const { code, printed, complained } = await tally(...argv);
    expect(code).toBe(EXIT.badArguments);
    expect(printed).toEqual([]);
    expect(complained).toHaveLength(1);
    expect(complained[0]).toMatch(/^error: /);
    expect(complained[0]).toContain(reason);
  });

  it('asked for help it gives it, and that is no error', async () => {
    const { code, printed } = await tally('--help');
    expect(code).toBe(EXIT.done);
    expect(printed.join()).toContain('simulate');
  });

  it('detect prints a score for each row of a series, and says how well labels are told apart', async () => {
    const path = join(folder, 'series.csv');
    const values = Array.from({ length: 300 }, (_, row) => (row === 250 ? 40 : 10 + Math.sin(row * 12.9898)));
    const rows = values.map((value, row) => `${row},${row === 100 ? 'none' : value},${row === 250 ? 1 : 0}`);
    await writeFile(path, ['time,value,wrong', ...rows].join('\n'));
    const { code, printed, complained } = await tally('detect', '--csv', path, '--column', 'value', '--label', 'wrong');
    expect(code).toBe(EXIT.inPart);
    expect(printed).toHaveLength(301);
    expect(printed[0]).toBe('row,value,score');
    expect(printed[101]).toBe('101,,');
    const scores = printed.slice(1).map((line) => Number(line.split(',')[2]));
    expect(scores.indexOf(Math.max(...scores))).toBe(250);
    expect(complained.join('\n')).toContain('1 of 300 rows hold no number');
    expect(complained.join('\n')).toContain('100.0 % of pairs');
    const refused = await tally('detect', '--csv', path, '--column', 'worth');
    expect(refused).toMatchObject({ code: EXIT.badArguments, printed: [] });
    expect(refused.complained[0]).toContain('has no column "worth"; it has time, value, wrong');
    await writeFile(path, 'time,value\n');
    const empty = await tally('detect', '--csv', path, '--column', 'worth');
    expect(empty).toMatchObject({
      code: EXIT.badArguments,
      printed: [],
      complained: [expect.stringContaining('it has time, value')],
    });
  });

  it('simulate writes the same file twice, and the truth beside it', async () => {
    const [one, two, truth] = ['1', '2', 'truth'].map((name) => join(folder, name)) as [string, string, string];
    const options = ['--duration', '5m', '--online', '30', '--rooms', '2', '--effect', '60:20:3', '--duplicates', '5%'];
    const { code, printed } = await tally('simulate', '--out', one, '--labels', truth, '--json', ...options);
    await tally('simulate', '--out', two, ...options);
    const events = await readFile(one, 'utf8');
    expect(code).toBe(EXIT.done);
    expect(await readFile(two, 'utf8')).toBe(events);
    const summary = JSON.parse(printed[0] ?? '') as { sent: number; streams: string[] };
    expect(summary).toMatchObject({ streams: ['sim-1-1', 'sim-1-2'], sent: events.split('\n').length - 1 });
    const dropoffs = (await readFile(truth, 'utf8')).split('\n').filter((line) => line.includes('"dropoff"'));
    expect(dropoffs).toHaveLength(2);
  });

  it('simulate that is interrupted says that what it wrote is cut short, and is no success', async () => {
    const out = join(folder, 'short');
    const { code, complained } = await tallyIn({ stop: AbortSignal.abort() }, 'simulate', '--out', out);
    expect(code).toBe(EXIT.failed);
    expect(complained).toEqual([expect.stringContaining('stopped before the session was over')]);
  });

  it('says what stands in the way of writing', async () => {
    const { code, complained } = await tally('simulate', '--out', join(folder, 'no', 'such', 'folder'));
    expect(code).toBe(EXIT.failed);
    expect(complained[0]).toContain('ENOENT');
  });

  it.each([
    [['token', '--role', 'ingest', '--streams', '*'], 'AUTH_JWT_SECRET'],
    [['erase', 'ann'], 'PSEUDONYM_KEY'],
  ])('%j makes no secret: without the one of the monitor it says so', async (argv, secret) => {
    const DATA_DIR = join(folder, 'elsewhere');
    await mkdir(DATA_DIR, { recursive: true });
    const { code, printed, complained } = await tallyIn({ environment: { DATA_DIR } }, ...argv);
    expect({ code, printed }).toEqual({ code: EXIT.failed, printed: [] });
    expect(complained).toEqual([expect.stringContaining(`${secret} is not set, nor in DATA_DIR`)]);
    expect(await readdir(DATA_DIR)).toEqual([]);
  });

  it('erase is done in part where a session is still live', async () => {
    const answers = [['second'], []].map((live) => JSON.stringify({ erased: ['first'], live }));
    const server = createServer((_request, response) => response.end(answers.pop()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const erase = () => tallyIn({ environment: { PSEUDONYM_KEY: 'k'.repeat(16) } }, 'erase', 'ann', '--url', url);
    expect((await erase()).code).toBe(EXIT.done);
    expect((await erase()).code).toBe(EXIT.inPart);
    server.close();
  });

  it('token makes one of the secret in DATA_DIR', async () => {
    await writeFile(join(folder, 'auth_jwt_secret.secret'), `${'s'.repeat(43)}\n`);
    const { code, printed } = await tally('token', '--role', 'ingest', '--streams', 'a-*,b', '--json');
    expect(code).toBe(EXIT.done);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ role: 'ingest', streams: ['a-*', 'b'] });
  });

  it('import refuses to guess a stream for events that name their own', async () => {
    const file = join(folder, 'events');
    await writeFile(file, '{}\n');
    const { code, complained } = await tally('import', '--stream', 'x', file);
    expect(code).toBe(EXIT.badArguments);
    expect(complained).toHaveLength(1);
  });
});
