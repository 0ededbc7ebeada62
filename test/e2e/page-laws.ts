/// <reference lib="dom" />

import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Laws that every screen keeps at every size. Each answers what breaks it, in words; nothing where it is kept. */

/** Nothing stands beyond the sides of the screen but within something that scrolls. */
export const beyondSides = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element): boolean =>
      element !== document.documentElement &&
      element !== document.body &&
      ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX);
    const isHeld = (element: Element | null): boolean =>
      element !== null && (scrolls(element) || isHeld(element.parentElement));
    const isSeen = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return [...document.body.querySelectorAll('*')]
      .filter((element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        const isOut = width > 0 && height > 0 && (left < -1 || right > innerWidth + 1);
        return isOut && isSeen(element) && !isHeld(element.parentElement);
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className} stands beyond the sides`);
  });

/** Panels do not lie over each other; what is meant to (help, menus, hints) is fixed or placed apart. */
export const overlapping = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const panels = [...document.querySelectorAll('.panel')].filter(
      (panel) => panel.checkVisibility() && getComputedStyle(panel).position !== 'fixed',
    );
    const over = (a: DOMRect, b: DOMRect): boolean =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return panels.flatMap((panel, i) =>
      panels
        .slice(i + 1)
        .filter((other) => !panel.contains(other) && !other.contains(panel))
        .filter((other) => over(panel.getBoundingClientRect(), other.getBoundingClientRect()))
        .map((other) => `${panel.className} lies over ${other.className}`),
    );
  });

/** Text that its own box cuts off without an ellipsis cannot be read. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, .number-value, .number-name, dd.figure, td.figure')]
      .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
      .filter((element) => getComputedStyle(element).display !== 'inline')
      .filter((element) => getComputedStyle(element).overflowX !== 'visible')
      .filter((element) => getComputedStyle(element).textOverflow !== 'ellipsis')
      .map((element) => `"${element.textContent}" is cut off`),
  );

/** What axe calls serious or critical: contrast, names, roles, focus. */
export const faultsOfAccess = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary}`),
      );
  });
};

export const layoutFaults = async (page: Page): Promise<string[]> =>
  (await Promise.all([beyondSides(page), overlapping(page), cutOff(page)])).flat();
