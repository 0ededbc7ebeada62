import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium } from './chromium.js';
import { beyondSides, cutOff, faultsOfAccess, overlapping } from './page-laws.js';

/** Each law finds what breaks it, and nothing in a page that keeps it. */
(hasChromium() ? describe : describe.skip)('the laws of a page', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 400, height: 300 } });
  });
  afterAll(() => browser?.close());

  const box = 'width:60px;white-space:nowrap';
  const panel = (left: number): string =>
    `<div class="panel" style="position:absolute;left:${left}px;width:100px;height:50px"></div>`;
  it.each([
    ['text that runs out of its box', cutOff, `<button style="${box}">a hundred and eleven</button>`],
    [
      'text that a box around it hides',
      cutOff,
      `<div style="${box};overflow:hidden"><b>a hundred and eleven</b></div>`,
    ],
    [
      'lines that a box around them hides',
      cutOff,
      '<div style="height:10px;overflow:hidden"><i><br></i><b>b</b></div>',
    ],
    ['what stands beyond the sides', beyondSides, '<p style="width:500px">wide</p>'],
    ['panels that lie over each other', overlapping, panel(0) + panel(60)],
    ['what cannot be read for want of contrast', faultsOfAccess, '<p style="color:#eee;background:#fff">pale</p>'],
  ])('find %s', async (_what, law, body) => {
    await page.setContent(`<html lang="en"><title>t</title><main>${body}</main></html>`);
    expect(await law(page)).toHaveLength(1);
  });

  it.each([
    ['text within its box', cutOff, '<button>a hundred and eleven</button>'],
    ['an ellipsis', cutOff, `<p style="${box};overflow:hidden;text-overflow:ellipsis">a hundred and eleven</p>`],
    ['what scrolls', cutOff, `<div style="${box};overflow:auto"><b>a hundred and eleven</b></div>`],
    ['what scrolls', beyondSides, '<div style="overflow:auto"><p style="width:500px">wide</p></div>'],
    ['panels side by side', overlapping, panel(0) + panel(110)],
    ['what can be read', faultsOfAccess, '<p style="color:#000;background:#fff">dark</p>'],
  ])('are silent about %s', async (_what, law, body) => {
    await page.setContent(`<html lang="en"><title>t</title><main>${body}</main></html>`);
    expect(await law(page)).toEqual([]);
  });
});
