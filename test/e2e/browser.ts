/// <reference lib="dom" />

import { expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import type { Demo } from './demo.js';

/** So long a test waits for what is to come by itself. */
const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;
/** What the browser itself writes when a server is away or says no; everything else on the console is our mistake. */
const OF_THE_NETWORK = /Failed to load resource|Failed to fetch dynamically imported module|WebSocket connection to/;

export interface Opening {
  readonly width?: number;
  readonly height?: number;
  readonly language?: 'en' | 'zh';
  readonly theme?: 'dark' | 'light';
  readonly token?: string;
  /** The server is expected to be away, or to say no. */
  readonly isBroken?: boolean;
  /** What to do with the page before it is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** A Chromium that opens the page of a demo, and keeps what its console complains of. */
export class DemoBrowser {
  private complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly demo: Demo,
  ) {}

  static async launch(demo: Demo): Promise<DemoBrowser> {
    return new DemoBrowser(await launchChromium(), demo);
  }

  /** A page in a profile of its own: nothing is remembered of others. */
  async open(path: string, opening: Opening = {}): Promise<Page> {
    const { width = 1280, height = 800, language = 'en', theme = 'dark', isBroken = false } = opening;
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (!isBroken || !OF_THE_NETWORK.test(message.text())) this.complaints.push(message.text());
    });
    await page.addInitScript((chosen) => localStorage.setItem('tallylight.theme', chosen), theme);
    await opening.prepare?.(page);
    const query = `lang=${language}&token=${opening.token ?? this.demo.token}`;
    await page.goto(`${this.demo.origin}${path}${path.includes('?') ? '&' : '?'}${query}`);
    return page;
  }

  /** Closes every page, and answers what was complained of since the last time. */
  async closePages(): Promise<readonly string[]> {
    for (const context of this.browser.contexts()) await context.close();
    const said = this.complaints;
    this.complaints = [];
    return said;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Waits until a text stands on the page. */
export const sees = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** Waits until something is so. */
export const soon = async (isSo: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`not so within ${WITHIN_MS} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

/** Waits until what is read is, or matches, what is wanted; in vain, it fails with what was read last. */
export const expectSoon = async (read: () => Promise<string>, wanted: string | RegExp): Promise<void> => {
  const until = Date.now() + WITHIN_MS;
  for (;;) {
    const value = await read();
    if (typeof wanted === 'string' ? value === wanted : wanted.test(value)) return;
    if (Date.now() > until) expect(value).toEqual(wanted);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};
