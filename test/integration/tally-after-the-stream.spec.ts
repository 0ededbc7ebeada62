import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTally } from '../../apps/cli/src/tally.js';
import { ADMIN_TOKEN } from '../kit/monitor-app.js';
import { playTwoEvenings, type TwoEvenings } from '../kit/two-evenings.js';

const START_UP_MS = 180_000;
const PSEUDONYM_KEY = 'the-same-viewers-for-both-of-them';
const folder = mkdtempSync(join(tmpdir(), 'tallylight-tally-'));
let evenings: TwoEvenings;
beforeAll(async () => {
  evenings = await playTwoEvenings({ PSEUDONYM_KEY });
}, START_UP_MS);
afterAll(async () => {
  await evenings.monitor.stop();
  rmSync(folder, { recursive: true });
});

const tally = async (...argv: string[]): Promise<{ code: number; printed: string[]; complained: string[] }> => {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await runTally([...argv, '--url', evenings.monitor.url], {
    environment: { TALLY_TOKEN: ADMIN_TOKEN, PSEUDONYM_KEY, DATA_DIR: folder },
    clock: { now: () => Date.now() },
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    progress: { isTTY: false, write: () => undefined },
    stop: new AbortController().signal,
  });
  return { code, printed, complained };
};

describe('tally, after the stream', () => {
  it('exports a session into a file', async () => {
    const out = join(folder, 'metrics.csv');
    const { code, printed } = await tally('export', 'first', '--out', out, '--json');
    expect({ code, printed }).toEqual({ code: 0, printed: [expect.stringContaining(out)] });
    expect(readFileSync(out, 'utf8')).toContain('# leaves: ');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('makes a report', async () => {
    const out = join(folder, 'report.html');
    expect(await tally('report', 'first', '--lang', 'en', '--out', out)).toMatchObject({ code: 0, printed: [out] });
    expect(readFileSync(out, 'utf8')).toContain('What was on');
  });

  it('replays a session: the same comes out', async () => {
    const { code, printed } = await tally('replay', 'first');
    expect({ code, printed }).toEqual({ code: 0, printed: [expect.stringMatching(/: the same came out$/)] });
  });

  it('erases a viewer by the platform’s id, and a replay then names the panes that still count them', async () => {
    const enter = evenings.events.first.find(({ type }) => type === 'enter')!;
    const { viewer_id } = enter as unknown as { viewer_id: string };
    const { code, printed } = await tally('erase', viewer_id, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(printed[0]!) as { erased: string[] }).erased).toContain('first');
    const again = await tally('replay', 'first');
    expect(again.code).toBe(1);
    expect(again.complained.join('\n')).toMatch(/pane \d+: enters is stored as/);
  });

  it.each([
    ['export', 'nothing'],
    ['report', 'nothing'],
    ['replay', 'nothing'],
  ])('%s says what is wrong with %s', async (...argv) => {
    const { code, complained } = await tally(...argv);
    expect({ code, complained }).toEqual({ code: 1, complained: [expect.stringContaining('is not known here')] });
  });
});
