import { useEffect, useRef } from 'react';

const ARROWS: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);
const isTyping = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement && target.type !== 'checkbox') ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;
/** Tabs, sliders and menus are moved by arrows themselves. */
const ownsArrows = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=tablist], [role=slider], [role=menu]') !== null;

/** Pressed by the space bar themselves. */
const ownsSpace = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, input, [role=slider]') !== null;

/** Calls what belongs to a key, while nobody is typing. Of keys held down only arrows repeat; `Shift+` is said of those that are no letters. */
export const useKeys = (actions: Readonly<Record<string, () => void>>): void => {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.repeat && !ARROWS.has(event.key)) return;
      if (isTyping(event.target)) return;
      const name = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
      if (ARROWS.has(event.key) && ownsArrows(event.target)) return;
      if (event.key === ' ' && ownsSpace(event.target)) return;
      const action = latest.current[name];
      // Space and arrows would move the page as well.
      if (action !== undefined && (event.key === ' ' || ARROWS.has(event.key))) event.preventDefault();
      action?.();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
};
