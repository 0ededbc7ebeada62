import type { Principal } from '#auth';

/** Not letters: of those the store's engine knows no escape outside of ASCII. */
const SPECIAL = /[!-)+-/:-@[-^`{-~]/g;

/** The rooms of a token as a regular expression that stream ids match whole: `visible`, said to the store. */
export const roomsPattern = ({ role, streams }: Pick<Principal, 'role' | 'streams'>): string => {
  if (role === 'admin') return '^.*$';
  const each = streams.map((pattern) => pattern.replace(SPECIAL, '\\$&').replaceAll('*', '.*'));
  return `^(?:${each.join('|')})$`;
};
