/// <reference lib="dom" />

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import type {
  ActionsAnswer,
  ChannelsAnswer,
  PresentationRow,
  RulesAnswer,
  RundownAnswer,
  StreamsAnswer,
} from '#contract';
import { en } from '../../apps/dashboard/src/words/en.js';
import { zh } from '../../apps/dashboard/src/words/zh.js';
import { startWebhookServer, type WebhookServer } from '../kit/webhook-server.js';
import { DemoBrowser, sees, soon, type Opening } from './browser.js';
import { hasChromium } from './chromium.js';
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
  let browser: DemoBrowser;

  beforeAll(async () => {
    demo = await Demo.start(PORT);
    const start = new Date(Date.now() - 26 * 3_600_000).toISOString();
    await promisify(execFile)(process.execPath, [
      ...[CLI, 'simulate', '--url', demo.origin, '--token', demo.token, '--stream', PAST, '--speed', 'max'],
      ...['--online', '200', '--duration', `${PAST_MINUTES}m`, '--start', start, '--effect', '400:60:4'],
    ]);
    await soon(async () => (await demo.get<StreamsAnswer>('/streams?status=ended')).streams.length > 0);
    browser = await DemoBrowser.launch(demo);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  afterEach(async () => expect(await browser?.closePages()).toEqual([]));

  const open = (path: string, opening: Opening = {}): Promise<Page> => browser.open(path, opening);

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

  it.each(SCREENS)('$name says nothing in English where Chinese was chosen', async ({ path, shows }) => {
    const page = await open(path, { language: 'zh' });
    await page.locator(shows).first().waitFor();
    const english = textsOf(en).filter((text) => !textsOf(zh).includes(text));
    expect(await page.evaluate(textsShown)).not.toEqual([]);
    expect((await page.evaluate(textsShown)).filter((text) => english.includes(text))).toEqual([]);
  });

  it('a key changes the language where one stands', async () => {
    const page = await open(`/rooms/${ROOM}`, { language: 'zh' });
    await sees(page, zh.desk.funnel.ofItem);
    await page.keyboard.press('l');
    await sees(page, en.desk.funnel.ofItem);
  });

  it('a session that is over is read once', async () => {
    const asked: string[] = [];
    const page = await open(`/rooms/${PAST}`, { prepare: (fresh) => fresh.clock.install() });
    await page.locator('.ledger tbody tr').first().waitFor();
    await page.locator('.retention-session').waitFor();
    await page.waitForLoadState('networkidle');
    page.on('request', (request) => asked.push(request.url()));
    await page.clock.runFor(31_000);
    expect(asked.filter((url) => url.includes(`/streams/${PAST}`))).toEqual([]);
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
      const moment = Number(new URL(page.url()).searchParams.get('at'));
      await page.reload();
      await page.locator('.player').waitFor();
      const at = Number(await page.locator('.player [role=slider]').getAttribute('aria-valuenow'));
      expect(at).toBeGreaterThanOrEqual(moment);
    });

    it('a presentation opens from the ledger, with its funnel and who stayed', async () => {
      const page = await open(`/rooms/${PAST}`);
      const row = page.locator('.ledger-open').nth(1);
      const item = await row.innerText();
      await row.click();
      await page.locator('.desk h3').getByText(item).waitFor();
      await page.locator('.retention-here').waitFor();
      await sees(page, en.desk.worth.minutes);
      await page.locator('.curves-head button', { hasText: '✕' }).waitFor();
      await page.getByRole('button', { name: en.replay.ledger.closeOver }).click();
      await sees(page, en.desk.funnel.ofSession);
    });

    it('a link to a comparison of more than four sides says how many are left out', async () => {
      const five = Array.from({ length: 5 }, () => `stream=${PAST}`).join('&');
      const page = await open(`/compare?${five}`);
      await sees(page, en.replay.compare.tooMany(1));
      expect(await page.locator('.curve-online .curve-value').count()).toBe(4);
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
      const [heads = '', ...rows] = readFileSync(await (await file).path(), 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !/^\uFEFF?#/.test(line));
      expect(heads).toContain('credited_gmv_minor');
      const { presentations } = await demo.get<{ presentations: PresentationRow[] }>(`/streams/${PAST}/presentations`);
      expect(rows).toHaveLength(presentations.length);
      for (const { presentation_id } of presentations)
        expect(rows.filter((row) => row.includes(presentation_id))).toHaveLength(1);
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

    it('of one room are set there alone, and follow those of all rooms again', async () => {
      const ruleOf = async (query: string) =>
        (await demo.get<RulesAnswer>(`/rules${query}`)).rules.find(({ rule }) => rule === 'dropoff_spike')!;
      const page = await open('/rules');
      await page.getByLabel(en.rules.of).selectOption(ROOM);
      await sees(page, en.rules.neverHere);
      expect(new URL(page.url()).searchParams.get('stream')).toBe(ROOM);
      await page.locator('#parameter-enabled').uncheck();
      await page.locator('.rule-editor').getByRole('button', { name: en.rules.save }).click();
      await sees(page, en.rules.ownHere);
      expect((await ruleOf(`?stream_id=${ROOM}`)).settings.enabled).toBe(false);
      expect((await ruleOf('')).settings.enabled).toBe(true);
      await page.locator('.rule-editor').getByRole('button', { name: en.rules.undo }).click();
      await soon(async () => (await ruleOf(`?stream_id=${ROOM}`)).changed_at === null);
      await page.getByText(en.rules.ownHere).waitFor({ state: 'detached' });
    });
  });

  describe('a channel', () => {
    let other: WebhookServer;
    beforeAll(async () => {
      other = await startWebhookServer();
    });
    afterAll(() => other.close());
    const known = async () => (await demo.get<ChannelsAnswer>('/channels')).channels;

    it('is made, tried, had back when it was removed by mistake, and removed', async () => {
      const page = await open('/rules', { prepare: (fresh) => fresh.clock.install() });
      const { add, name, url, streams, save, test, tested, remove, none } = en.rules.channels;
      const button = (label: string) => page.locator('.channels').getByRole('button', { name: label, exact: true });
      await button(add).click();
      await page.getByLabel(name, { exact: true }).fill('desk');
      await page.getByLabel(url).fill(`${other.url}/hook`);
      // Of none of the rooms there are: it is to hear of its being tried alone.
      await page.getByLabel(streams).fill('nobody-*');
      await button(save).click();
      await button(test).click();
      await sees(page, tested);
      expect(other.calls.map(({ path }) => path)).toEqual(['/hook']);

      await button(remove).click();
      await button(en.rules.undo).waitFor();
      expect(await known()).toMatchObject([{ channel_id: 'desk', enabled: false }]);
      await button(en.rules.undo).click();
      await soon(async () => (await known())[0]?.enabled === true);

      await button(remove).click();
      await button(en.rules.undo).waitFor();
      await page.clock.runFor(15_000);
      await sees(page, none);
      expect(await known()).toEqual([]);
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

    it('a part of the page that cannot be loaded is said to be missing, and comes by itself', async () => {
      const PART = '**/assets/room-*';
      const prepare = (fresh: Page) => fresh.route(PART, (route) => route.abort());
      const page = await open(`/rooms/${ROOM}`, { isBroken: true, prepare });
      await sees(page, en.serverDown);
      await page.unroute(PART);
      await page.locator('.room').waitFor();
    });

    it('a role without the right is told which would have it', async () => {
      const ingest = await demo.mint('ingest', '*');
      const page = await open('/sessions', { token: ingest, isBroken: true });
      await sees(page, en.forbidden);
      await sees(page, '--role analyst');
    });

    it('a session that does not exist is said not to', async () => {
      await sees(await open('/rooms/nowhere/replay', { isBroken: true }), en.unknownRoom);
    });

    it('a room that nothing was heard of yet says so, and where events go', async () => {
      const started = { type: 'stream_started', event_id: 'empty-1', stream_id: 'empty-room', ts: Date.now() };
      await demo.post('/events', [started]);
      await sees(await open('/rooms/empty-room', { isBroken: true }), en.charts.emptyLive);
    });
  });
});

/** Every text that is said as it stands. */
const textsOf = (words: object): string[] =>
  Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? textsOf(value) : [];
  });

/** Every text on the page that can be seen. */
const textsShown = (): string[] => {
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (nodes.nextNode() !== null)
    if (nodes.currentNode.parentElement?.checkVisibility() === true) texts.push(nodes.currentNode.textContent!.trim());
  return texts.filter((text) => text !== '');
};
