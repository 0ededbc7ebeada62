import type { Heard } from '#domain';
import type { Understanding } from './understanding.js';

/** So many messages are remembered for certain, up to twice as many at most. */
const REMEMBERED = 2_000;

/**
 * Understands as `plain` does, and remembers the last messages: in a room many write the same. Only what is shown whole
 * is remembered, so nothing longer than a line, and no number that was hidden, is kept here.
 */
export const remembering = (plain: Understanding): Understanding => {
  let young = new Map<string, Heard>();
  let old = new Map<string, Heard>();
  const remember = (text: string, heard: Heard): void => {
    if (young.size === REMEMBERED) [old, young] = [young, new Map()];
    young.set(text, heard);
  };
  return {
    understand(text) {
      const known = young.get(text);
      if (known !== undefined) return known;
      const heard = old.get(text) ?? plain.understand(text);
      if (heard.shown === text) remember(text, heard);
      return heard;
    },
    prohibit(words) {
      young = new Map();
      old = new Map();
      plain.prohibit(words);
    },
  };
};
