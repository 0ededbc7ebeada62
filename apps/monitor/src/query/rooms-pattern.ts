import type { Principal } from '#auth';

/** The rooms of a token as a regular expression that stream ids match whole: `visible`, said to the store. */
export const roomsPattern = ({ role, streams }: Pick<Principal, 'role' | 'streams'>): string => {
  if (role === 'admin') return '^.*$';
  const each = streams.map((pattern) => pattern.replace(/[^A-Za-z0-9_*]/g, '\\$&').replaceAll('*', '.*'));
  return `^(?:${each.join('|')})$`;
};
