/// <reference lib="dom" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium } from '../e2e/chromium.js';
import { figure, quantile, type Bench } from './bench.js';
import { ADMIN_TOKEN, MonitorUnderLoad } from './monitor-under-load.js';

const ROOMS = { full: 100, short: 10 };
const WATCHED_S = { full: 30, short: 3 };
const REPLAYED_MINUTES = { full: 40, short: 5 };
const PACE = 60;
const SETTLE_MS = 10_000;
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.js', import.meta.url));
const MEBIBYTE = 1 << 20;

/**
 * Question: does the page draw every frame, and does its memory stay flat? A real Chromium, drawing in software, on the built
 * page: a wall of rooms that are fed at their own pace, one of them opened, then a stored session of as many minutes as a
 * watch of half an hour, played at sixty times its speed. What is told is the time between frames, whose floor is the
 * screen's 16.7 ms, and what the heap holds after a collection at a third of the session and at its end.
 */
export const run: Bench = async (size) => {
  if (!hasChromium()) return [];
  const monitor = new MonitorUnderLoad();
  await monitor.start();
  const feeds: ChildProcess[] = [];
  let browser: Browser | null = null;
  try {
    const past = ['--stream', 'past', '--online', '800', '--duration', `${REPLAYED_MINUTES[size]}m`, '--speed', 'max'];
    await once(simulate(monitor.url, [...past, '--start', ago(24 * 3_600_000)]), 'exit');
    const live = ['--stream', 'wall', '--rooms', String(ROOMS[size]), '--online', '120', '--duration', '2h'];
    feeds.push(simulate(monitor.url, [...live, '--speed', '1', '--start', ago(0)]));
    await sleep(SETTLE_MS);

    browser = await launchChromium();
    const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
    const open = async (path: string, shows: string): Promise<void> => {
      await page.goto(`${monitor.url}${path}?token=${ADMIN_TOKEN}`);
      await page.locator(shows).first().waitFor({ timeout: 60_000 });
    };
    await open('/', '.tile');
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    );
    await sleep(SETTLE_MS);
    const wall = await framesOf(page, WATCHED_S[size]);
    await open('/rooms/wall-1', '.room');
    await sleep(SETTLE_MS);
    const room = await framesOf(page, WATCHED_S[size]);

    await open('/rooms/past/replay', '.player');
    await page.locator('.player select').selectOption(String(PACE));
    const replay_ms = (REPLAYED_MINUTES[size] * 60_000) / PACE;
    await sleep(replay_ms / 3);
    const early = await heapOf(page);
    await sleep((replay_ms * 2) / 3);
    const late = await heapOf(page);
    const slider = page.locator('.player [role=slider]');
    const [at, from, to] = await Promise.all(
      ['now', 'min', 'max'].map(async (name) => Number(await slider.getAttribute(`aria-value${name}`))),
    );
    if (at! - from! < (to! - from!) / 2) throw new Error('the session did not play: its memory says nothing');
    const rooms = `${ROOMS[size]} rooms at 1920 × 1080, drawn in software`;
    return [
      figure('page-first-paint', paint, 'ms', { value_max: 1500 }),
      figure('page-wall-frame-p95', quantile(wall, 0.95), 'ms', { value_max: 33 }, rooms),
      figure('page-room-frame-p95', quantile(room, 0.95), 'ms', { value_max: 17 }, 'the floor is 16.7 ms'),
      figure(
        'page-heap-growth',
        (late - early) / MEBIBYTE,
        'MiB',
        { value_max: 5 },
        `from ${(early / MEBIBYTE).toFixed(1)} MiB`,
      ),
    ];
  } finally {
    for (const feed of feeds) feed.kill('SIGTERM');
    await browser?.close();
    await monitor.discard();
  }
};

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

const simulate = (url: string, options: readonly string[]): ChildProcess =>
  spawn(process.execPath, [CLI, 'simulate', '--url', url, '--token', ADMIN_TOKEN, ...options], { stdio: 'ignore' });

/** Times between frames, ms. */
const framesOf = (page: Page, seconds: number): Promise<number[]> =>
  page.evaluate(
    (lasts_ms) =>
      new Promise<number[]>((done) => {
        const times: number[] = [];
        const begun = performance.now();
        const drawn = (now: number): void => {
          times.push(now);
          if (now - begun < lasts_ms) requestAnimationFrame(drawn);
          else done(times.slice(1).map((time, i) => time - times[i]!));
        };
        requestAnimationFrame(drawn);
      }),
    seconds * 1000,
  );

/** What the page's heap holds once its garbage is collected, bytes. */
const heapOf = async (page: Page): Promise<number> => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
};
