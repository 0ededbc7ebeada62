import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { AlertsAnswer, StreamRow } from '#contract';
import type { Alert } from '#domain';
import { FORMATS } from '#say';
import { en } from '../../apps/dashboard/src/words/en.js';
import { zh } from '../../apps/dashboard/src/words/zh.js';
import { DemoBrowser, expectSoon, sees, type Opening } from './browser.js';
import { hasChromium } from './chromium.js';
import { Demo } from './demo.js';
import { faultsOfAccess } from './page-laws.js';

/**
 * The page as a newcomer meets it: the built monitor, the demo and a real browser. The tests share one demo and are in
 * the order of its time: first all that is well, then the alert, at last the monitor is killed.
 */
jest.setTimeout(120_000);

const PORT = 3525;
const ROOM = 'demo-evening';
/** The demo lets viewers leave ×3 some 35 s after it has opened. */
const ALERT_WITHIN_MS = 90_000;

(hasChromium() ? describe : describe.skip)('the page, in Chromium, on the demo', () => {
  let demo: Demo;
  let browser: DemoBrowser;

  beforeAll(async () => {
    demo = await Demo.start(PORT);
    browser = await DemoBrowser.launch(demo);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  afterEach(async () => expect(await browser?.closePages()).toEqual([]));

  const open = (path: string, opening: Opening = {}): Promise<Page> => browser.open(path, opening);
  const openRoom = (opening: Opening = {}): Promise<Page> => open(`/rooms/${ROOM}`, opening);
  const figure = (page: Page, name: string): Promise<string> =>
    page.locator(`.number-${name} .number-value`).innerText();
  const alertsOf = async (): Promise<Alert[]> => (await demo.get<AlertsAnswer>(`/streams/${ROOM}/alerts`)).alerts;

  describe('while all is well', () => {
    it('the list shows every room on air and leads into one, which keeps the token out of its address', async () => {
      const page = await open('/');
      await page.locator('.tile').nth(2).waitFor();
      const { streams } = await demo.get<{ streams: StreamRow[] }>('/streams?status=live');
      expect(await page.locator('.tile').count()).toBe(streams.length);
      await page.locator(`.tile a[href*="${ROOM}"]`).click();
      await page.locator('.room').waitFor();
      expect(new URL(page.url()).pathname).toBe(`/rooms/${ROOM}`);
      expect(page.url()).not.toContain('token');
    });

    it('its scripts come packed', async () => {
      const plain: string[] = [];
      let scripts = 0;
      const prepare = async (fresh: Page): Promise<void> => {
        fresh.on('response', (response) => {
          if (!response.url().includes('/assets/')) return;
          scripts++;
          if (response.headers()['content-encoding'] !== 'br') plain.push(response.url());
        });
      };
      const page = await open('/', { prepare });
      await page.locator('.tile').first().waitFor();
      expect(scripts).toBeGreaterThan(1);
      expect(plain).toEqual([]);
    });

    it('numbers move by themselves, and the item that is on has a clock that runs', async () => {
      const page = await openRoom();
      const clock = page.locator('.item-on .clock');
      const numbers = page.locator('.groups');
      const [clockWas, numbersWere] = [await clock.innerText(), await numbers.innerText()];
      await expectSoon(async () => ((await clock.innerText()) === clockWas ? 'stands' : 'runs'), 'runs');
      await expectSoon(async () => ((await numbers.innerText()) === numbersWere ? 'stand' : 'move'), 'move');
      await sees(page, en.fresh.fresh);
    });

    it('speaks both languages, and a reload keeps language, window and room', async () => {
      const page = await openRoom({ language: 'zh' });
      await sees(page, zh.metric.dropoff_ratio);
      await page.keyboard.press('3');
      await page.getByRole('button', { name: zh.span['300s'], pressed: true }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: zh.span['300s'], pressed: true }).waitFor();
      await page.getByRole('button', { name: zh.language }).click();
      await sees(page, en.metric.dropoff_ratio);
    });

    it('says of a number what it means, to a keyboard as well as to a mouse', async () => {
      const page = await openRoom();
      await page.locator('.number-aov').focus();
      await page.keyboard.press('Shift+Tab');
      await page.getByRole('tooltip').filter({ hasText: en.formula }).filter({ visible: true }).waitFor();
    });

    it('the ledger holds every presentation, and a heading orders it, by keyboard too', async () => {
      const page = await openRoom();
      const heading = page.getByRole('button', { name: en.ledger.column.gmv_per_min });
      await heading.waitFor();
      const { presentations } = await demo.get<{ presentations: unknown[] }>(`/streams/${ROOM}/presentations`);
      await expectSoon(
        async () => String(await page.locator('.ledger tbody tr').count()),
        String(presentations.length),
      );
      await heading.focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('.ledger th[aria-sort="descending"]').innerText()).toContain(
        en.ledger.column.gmv_per_min,
      );
      await page.keyboard.press('Enter');
      expect(await page.locator('.ledger th[aria-sort="ascending"]').innerText()).toContain(
        en.ledger.column.gmv_per_min,
      );
      const { x, width } = (await page.locator('.ledger').boundingBox())!;
      const room = (await page.locator('.curves').boundingBox())!;
      expect(x).toBe(room.x);
      expect(x + width).toBeLessThanOrEqual(page.viewportSize()!.width);
    });

    it('a stretch drawn with the mouse is shown alone, with its expected leaves, until a double-click', async () => {
      const page = await openRoom();
      const chart = page.locator('.curve-dropoff .u-over');
      await chart.waitFor();
      const box = (await chart.boundingBox())!;
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width * 0.7, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.9, y, { steps: 5 });
      await page.mouse.up();
      const drawn = page.locator('.curves-head button', { hasText: '✕' });
      await drawn.waitFor();
      await page.mouse.move(box.x + box.width * 0.5, y);
      await expectSoon(() => page.locator('.curve-dropoff .curve-value').last().innerText(), /\d/);
      await page.mouse.dblclick(box.x + box.width / 2, y);
      await drawn.waitFor({ state: 'detached' });
    });

    it('what a feed without leaves lets be worked out is marked inferred, at the room and at each such number', async () => {
      const page = await open('/rooms/demo-inferred');
      await page.locator('.data-badge .mark', { hasText: en.quality.inferred }).waitFor();
      await page.locator('.number-dropoff_ratio .mark', { hasText: en.quality.inferred }).waitFor();
      expect(await page.locator('.number-gmv_minor .mark').count()).toBe(0);
    });
  });

  describe('at the door', () => {
    it('a bad token is asked for again, once, without hammering the server', async () => {
      let sockets = 0;
      const page = await open('/', {
        token: 'not-a-token',
        isBroken: true,
        prepare: async (fresh) => {
          fresh.on('websocket', () => sockets++);
          await fresh.clock.install();
        },
      });
      await sees(page, en.tokenRefused);
      await page.clock.fastForward(60_000);
      // What the page did in that minute is seen by the time it has done this as well.
      await page.getByLabel(en.tokenLabel).fill(demo.token);
      expect(sockets).toBeLessThanOrEqual(1);
      await page.getByRole('button', { name: en.tokenEnter }).click();
      await page.locator('.tile').first().waitFor();
    });

    it('an unknown room is said to be unknown', async () => {
      await sees(await open('/rooms/no-such-room', { isBroken: true }), en.unknownRoom);
    });

    it('a token for other rooms sees an empty list, and no room that is not its own', async () => {
      const token = await demo.mint('control_room', 'elsewhere-*');
      await sees(await open('/', { token }), en.noRooms);
      await sees(await openRoom({ token, isBroken: true }), en.unknownRoom);
    });

    it('a role that may not watch is told so, on the list and in a room', async () => {
      const token = await demo.mint('host', '*');
      await sees(await open('/', { token, isBroken: true }), en.forbidden);
      await sees(await openRoom({ token, isBroken: true }), en.forbidden);
    });
  });

  describe('when viewers leave too fast', () => {
    it('an alert appears by itself; the key acknowledges it, a button says what came of it', async () => {
      const page = await openRoom();
      const firing = page.locator('.alert-firing');
      await firing.first().waitFor({ timeout: ALERT_WITHIN_MS });
      await sees(page, en.rule.dropoff_spike!);
      await page.keyboard.press('a');
      const acknowledged = page.locator('.alert-acknowledged').first();
      await acknowledged.waitFor();
      await acknowledged.getByRole('button', { name: en.outcome.acted }).click();
      await sees(page, new RegExp(en.outcomeDone.acted));
      const [alert] = await alertsOf();
      expect(alert).toMatchObject({ rule: 'dropoff_spike', outcome: 'acted', acked_by: 'demo' });
    });
  });

  describe('when the monitor is killed', () => {
    it('the page says that it is cut off, comes back by itself, and has missed no alert', async () => {
      const page = await openRoom({ isBroken: true });
      await page.locator('.alert').first().waitFor();
      await demo.killMonitor();
      await sees(page, en.offlineTitle);

      await demo.restartMonitor();
      const [alert] = await alertsOf();
      await demo.post(`/streams/${ROOM}/alerts/${alert!.alert_id}/ack`, { outcome: 'false_alarm' });
      await page.getByText(en.offlineTitle).waitFor({ state: 'detached' });
      await sees(page, new RegExp(en.outcomeDone.false_alarm));
      const ids = (await alertsOf()).map(({ alert_id }) => `alert-${alert_id}`).sort();
      await expectSoon(
        () => page.locator('.alert').evaluateAll((cards) => JSON.stringify(cards.map(({ id }) => id).sort())),
        JSON.stringify(ids),
      );

      // Nothing is fed now: the page must say so, and its numbers stand still beside those of REST.
      await page.locator('.data-badge', { hasText: 'Silent since' }).waitFor();
      expect(await faultsOfAccess(page)).toEqual([]);
      await page.keyboard.press('4');
      const session = await demo.get<StreamRow & Record<string, number | null>>(`/streams/${ROOM}`);
      const { count, money, share } = FORMATS.en;
      await expectSoon(() => figure(page, 'gmv_minor'), money(session.gmv_minor, session.currency));
      await expectSoon(() => figure(page, 'online'), count(session.online));
      await expectSoon(() => figure(page, 'orders_paid'), count(session['orders_paid']));
      await expectSoon(() => figure(page, 'retention_60s'), share(session['retention_60s']));
    });
  });
});
