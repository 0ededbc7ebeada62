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

/** Text that is hidden by a box around it, or that runs out of its own, cannot be read. What scrolls can be brought to light; an ellipsis says that there is more. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isTooWide = (text: DOMRect, box: DOMRect): boolean => text.left < box.left - 1 || text.right > box.right + 1;
    /** A line is as high as its font says, whatever is written in it: a quarter of it is never ink. */
    const isTooHigh = (text: DOMRect, box: DOMRect): boolean =>
      text.top < box.top - text.height / 4 || text.bottom > box.bottom + text.height / 4;
    /** What is there only to be heard. */
    const isHeard = ({ width, height }: DOMRect): boolean => width <= 1 && height <= 1;
    const isCut = (text: DOMRect, parent: Element): boolean => {
      for (let box: Element | null = parent; box !== null && box !== document.body; box = box.parentElement) {
        const { overflowX, overflowY, textOverflow, webkitLineClamp, display } = getComputedStyle(box);
        if ([overflowX, overflowY].some((flow) => flow === 'auto' || flow === 'scroll')) return false;
        const isHidden = [overflowX, overflowY].some((flow) => flow === 'hidden' || flow === 'clip');
        if (isHidden && (textOverflow === 'ellipsis' || webkitLineClamp !== 'none')) return false;
        const isOwn = box === parent && display !== 'inline' && display !== 'contents';
        const bounds = box.getBoundingClientRect();
        if (isHidden && isHeard(bounds)) return false;
        if ((isHidden || isOwn) && isTooWide(text, bounds)) return true;
        if (isHidden && isTooHigh(text, bounds)) return true;
      }
      return false;
    };
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const cut: string[] = [];
    while (nodes.nextNode() !== null) {
      const { currentNode: node } = nodes;
      const parent = node.parentElement;
      if (parent === null || node.textContent!.trim() === '' || !parent.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.width > 0 && isCut(text, parent)) cut.push(`"${node.textContent}" is cut off`);
    }
    return cut;
  });

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
