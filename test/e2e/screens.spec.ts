/// <reference lib="dom" />

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { ActionsAnswer, RulesAnswer, RundownAnswer, StreamsAnswer } from '#contract';
import { en } from '../../apps/dashboard/src/words/en.js';
import { zh } from '../../apps/dashboard/src/words/zh.js';
import { hasChromium, launchChromium } from './chromium.js';
import { Demo } from './demo.js';
import { faultsOfAccess, layoutFaults } from './page-laws.js';

/**
 * Every screen in a real browser: its laws at each size, in both languages and themes, and what its users do there, by keys
 * alone. The demo gives three live rooms; one session that is over is played in beside them.
 */
jest.setTimeout(240_000);

const PORT = 3545;
const ROOM = 'demo-evening';
const PAST = 'past-evening';
const PAST_MINUTES = 12;
const WITHIN_MS = 30_000;
const OF_THE_NETWORK = /Failed to load resource|WebSocket connection to/;
const CLI = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');

interface Look {
  width: number;
  height: number;
  language: 'en' | 'zh';
  theme: 'dark' | 'light';
}
const LOOKS: readonly Look[] = [
  { width: 1280, height: 800, language: 'en', theme: 'dark' },
  { width: 1920, height: 1080, language: 'zh', theme: 'light' },
  { width: 3840, height: 2160, language: 'zh', theme: 'dark' },
  { width: 820, height: 1180, language: 'en', theme: 'light' },
];
const SCREENS: readonly { name: string; path: string; shows: string }[] = [
  { name: 'the wall', path: '/', shows: '.ended li' },
  { name: 'a room', path: `/rooms/${ROOM}`, shows: '.ledger tbody tr' },
  { name: 'a session that is over', path: `/rooms/${PAST}`, shows: '.ledger tbody tr' },
  { name: 'a replay', path: `/rooms/${PAST}/replay`, shows: '.player' },
  { name: 'the host’s screen', path: `/rooms/${ROOM}/host`, shows: '.host-item' },
  { name: 'the sessions', path: '/sessions', shows: '.sessions-list tr' },
  { name: 'the rules', path: '/rules', shows: '.parameter' },
  { name: 'a comparison', path: `/compare?stream=${PAST}&stream=${ROOM}`, shows: '.curve' },
];

(hasChromium() ? describe : describe.skip)('the screens, in Chromium', () => {
  let demo: Demo;
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    demo = await Demo.start(PORT);
    const start = new Date(Date.now() - 26 * 3_600_000).toISOString();
    await promisify(execFile)(process.execPath, [
      ...[CLI, 'simulate', '--url', demo.origin, '--token', demo.token, '--stream', PAST, '--speed', 'max'],
      ...['--online', '200', '--duration', `${PAST_MINUTES}m`, '--start', start, '--effect', '400:60:4'],
    ]);
    await soon(async () => (await demo.get<StreamsAnswer>('/streams?status=ended')).streams.length > 0);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    const said = complaints;
    complaints = [];
    expect(said).toEqual([]);
  });

  const open = async (
    path: string,
    { width = 1280, height = 800, language = 'en', theme = 'dark', token = demo.token, isBroken = false } = {},
  ): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (!isBroken || !OF_THE_NETWORK.test(message.text())) complaints.push(message.text());
    });
    await page.addInitScript((chosen) => localStorage.setItem('tallylight.theme', chosen), theme);
    await page.goto(`${demo.origin}${path}${path.includes('?') ? '&' : '?'}lang=${language}&token=${token}`);
    return page;
  };
  const sees = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

  describe.each(SCREENS.map((screen) => [screen.name, screen] as const))('%s', (_name, { path, shows }) => {
    it.each(LOOKS.map((look) => [`${look.width} wide, ${look.language}, ${look.theme}`, look] as const))(
      'keeps its place and can be read: %s',
      async (_look, look) => {
        const page = await open(path, look);
        await page.locator(shows).first().waitFor();
        expect(await layoutFaults(page)).toEqual([]);
        expect(await faultsOfAccess(page)).toEqual([]);
      },
    );
  });

  it('every word is said in the language that was chosen', async () => {
    const page = await open(`/rooms/${ROOM}`, { language: 'zh' });
    await sees(page, zh.desk.funnel.ofItem);
    await page.keyboard.press('l');
    await sees(page, en.desk.funnel.ofItem);
  });

  describe('by keys alone', () => {
    it('from the wall into a room, through its desk, and back', async () => {
      const page = await open('/');
      await page.locator('.tile').nth(2).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const second = await page.locator('.tile > a').nth(1).getAttribute('data-stream');
      expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['stream'])).toBe(second);
      await page.keyboard.press('Enter');
      await page.locator('.room').waitFor();
      expect(decodeURIComponent(page.url())).toContain(`/rooms/${second}`);
      await page.keyboard.press('r');
      await page.getByRole('tab', { name: en.desk.tab.rundown, selected: true }).waitFor();
      await page.keyboard.press('?');
      await sees(page, en.keys.everywhere);
      await page.keyboard.press('Escape');
      await page.locator('.help').waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await page.locator('.tiles').waitFor();
    });

    it('a room is muted and heard again', async () => {
      const page = await open('/');
      await page.locator('.tile').nth(2).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('m');
      await page
        .locator('.tile')
        .first()
        .getByText(/^muted for/)
        .waitFor();
      await page.keyboard.press('m');
      await page.getByText(/^muted for/).waitFor({ state: 'detached' });
    });

    it('a producer notes what was changed, and it stands on the clock', async () => {
      const page = await open(`/rooms/${ROOM}`);
      await page.locator('.desk').waitFor();
      await page.keyboard.press('n');
      await page.locator('#action-text').waitFor();
      await page.keyboard.type('20 off');
      await page.keyboard.press('Enter');
      await page.locator('.actions').getByText('20 off').waitFor();
      const { actions } = await demo.get<ActionsAnswer>(`/streams/${ROOM}/actions`);
      expect(actions.map(({ text }) => text)).toContain('20 off');
    });
  });

  describe('the script', () => {
    it('is written, held against what happens, and a change is undone', async () => {
      const lines = async (): Promise<number> =>
        (await demo.get<RundownAnswer>(`/streams/${ROOM}/rundown`)).lines.length;
      const page = await open(`/rooms/${ROOM}`);
      await page.locator('.desk').waitFor();
      await page.keyboard.press('r');
      await page.getByRole('button', { name: en.desk.rundown.write }).click();
      await page.getByLabel(en.desk.rundown.item).first().fill('face-cream');
      await page.getByRole('button', { name: en.desk.rundown.add }).click();
      await page.getByLabel(en.desk.rundown.item).nth(1).fill('nut-box');
      await page.getByRole('button', { name: en.desk.rundown.save }).click();
      await page.locator('.line-on, .line-done').first().waitFor();
      expect(await lines()).toBe(2);
      await page.getByRole('button', { name: en.desk.rundown.undo }).click();
      await soon(async () => (await lines()) === 0);
    });
  });

  describe('the host', () => {
    it('sees the own room alone, and of numbers what the producer shows', async () => {
      const token = await demo.mint('host', ROOM);
      const host = await open('/', { token });
      await host.locator('.host-item').waitFor();
      expect(new URL(host.url()).pathname).toBe(`/rooms/${ROOM}/host`);
      expect(await host.locator('.host-numbers').count()).toBe(0);

      const producer = await open(`/rooms/${ROOM}`);
      await producer.locator('.desk').waitFor();
      await producer.keyboard.press('h');
      await producer.getByRole('checkbox', { name: en.host.number.orders }).check();
      await producer.getByLabel(en.host.desk.message).fill('slower');
      await producer.keyboard.press('Enter');
      await host.locator('.host-numbers').getByText(en.host.number.orders).waitFor();
      await host.locator('.host-message').getByText('slower').waitFor();
    });
  });

  describe('a replay', () => {
    const clock = (page: Page): Promise<string> => page.locator('.player .clock').innerText();

    it('plays, pauses, jumps and changes its pace by keys; its link restores the moment', async () => {
      const page = await open(`/rooms/${PAST}/replay`);
      await page.locator('.player').waitFor();
      const first = await clock(page);
      await soon(async () => (await clock(page)) !== first);
      await page.keyboard.press(' ');
      await page.getByRole('button', { name: en.replay.play }).waitFor();
      await soon(async () => new URL(page.url()).searchParams.has('at'));
      const stood = Number(new URL(page.url()).searchParams.get('at'));
      await page.keyboard.press('}');
      await soon(async () => Number(new URL(page.url()).searchParams.get('at')) >= stood + 60_000);
      await page.keyboard.press('.');
      await soon(async () => (await page.locator('.player select').inputValue()) === '2');
      const moment = await clock(page);
      await page.reload();
      await page.locator('.player').waitFor();
      const [h1, m1] = moment.split(':');
      expect((await clock(page)).startsWith(`${h1}:${m1}`)).toBe(true);
    });

    it('a presentation opens from the ledger, with its funnel and who stayed', async () => {
      const page = await open(`/rooms/${PAST}`);
      const row = page.locator('.ledger-open').nth(1);
      const item = await row.innerText();
      await row.click();
      await page.locator('.desk h3').getByText(item).waitFor();
      await page.locator('.retention-here').waitFor();
      await page.locator('.curves-head button', { hasText: '✕' }).waitFor();
      await page.getByRole('button', { name: en.replay.ledger.close }).click();
      await sees(page, en.desk.funnel.ofSession);
    });

    it('two presentations are laid on one clock', async () => {
      const page = await open(`/rooms/${PAST}`);
      await page.locator('.ledger tbody input').nth(0).check();
      await page.locator('.ledger tbody input').nth(1).check();
      await page.getByRole('link', { name: en.replay.sessions.compare(2) }).click();
      await sees(page, en.replay.compare.title);
      expect(await page.locator('.curve-online .curve-value').count()).toBe(2);
    });

    it('is exported as a file', async () => {
      const page = await open(`/rooms/${PAST}`);
      await page.getByRole('button', { name: en.replay.export.title }).click();
      const file = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: `${en.replay.export.what.presentations}, csv` }).click();
      expect((await file).suggestedFilename()).toBe(`${PAST}-presentations.csv`);
    });
  });

  describe('the rules', () => {
    it('one is changed, tried on a session that is over, and set back', async () => {
      const ruleOf = async () =>
        (await demo.get<RulesAnswer>('/rules')).rules.find(({ rule }) => rule === 'dropoff_spike')!;
      const page = await open('/rules');
      const enabled = page.locator('#parameter-enabled');
      await enabled.uncheck();
      await page.getByRole('button', { name: en.rules.backtest.run, exact: true }).click();
      await page.locator('.backtest-outcome td').first().waitFor();
      expect(await page.locator('.backtest-outcome td').first().innerText()).toBe('0');
      await page.locator('.rule-editor').getByRole('button', { name: en.rules.save }).click();
      await soon(async () => !(await ruleOf()).settings.enabled);
      await page.locator('.rule-editor').getByRole('button', { name: en.rules.undo }).click();
      await soon(async () => (await ruleOf()).settings.enabled);
    });

    it('a silence is set and ended', async () => {
      const page = await open('/rules');
      await page.getByLabel(en.rules.silences.room).fill(ROOM);
      await page.getByRole('button', { name: en.rules.silences.minutes(15) }).click();
      await page.locator('.silences li').getByText(ROOM).waitFor();
      await page.getByRole('button', { name: en.rules.silences.end }).click();
      await sees(page, en.rules.silences.none);
    });
  });

  describe('when something is broken', () => {
    it('a store that is down leaves the live room as it is, and says what could not be read', async () => {
      const page = await open(`/rooms/${ROOM}`, { isBroken: true });
      await page.locator('.room').waitFor();
      await page.route('**/api/v1/streams/**', (route) =>
        route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"the store is down"}' }),
      );
      const online = page.locator('.item-on .clock');
      const was = await online.innerText();
      await page.keyboard.press('z');
      await sees(page, en.charts.failed);
      await soon(async () => (await online.innerText()) !== was);
      await page.unroute('**/api/v1/streams/**');
      await page.getByText(en.charts.failed).waitFor({ state: 'detached' });
    });

    it('a session that nothing was stored of yet says so, and a role without the right is told which would have it', async () => {
      const analyst = await demo.mint('ingest', '*');
      await sees(await open('/sessions', { token: analyst, isBroken: true }), en.forbidden);
      await sees(await open('/rooms/nowhere/replay', { isBroken: true }), en.unknownRoom);
    });
  });
});

const soon = async (isSo: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`not so within ${WITHIN_MS} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
