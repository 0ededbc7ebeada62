import type { MouseEvent } from 'react';

/** Follows a link within the page; a new tab, where one is asked for, stays the browser's. */
export const openHere =
  (open: (href: string) => void) =>
  (event: MouseEvent<HTMLAnchorElement>): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(event.currentTarget.getAttribute('href') ?? '/');
  };
