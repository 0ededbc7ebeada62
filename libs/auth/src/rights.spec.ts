import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { may, RIGHTS, TOKEN_ROLES, visible } from './index.js';
import type { Principal, Right, TokenRole } from './index.js';

const principal = (role: TokenRole, streams: string[] = []): Principal => ({
  sub: 'a',
  role,
  streams,
  expires_at: null,
});

describe('what a role may do', () => {
  const table: Record<TokenRole, Right[]> = {
    admin: [...RIGHTS],
    control_room: [
      'read_definitions',
      'read_streams',
      'watch_live',
      'acknowledge',
      'cue',
      'watch_host',
      'read_rules',
      'set_rules',
      'backtest',
      'silence',
      'read_channels',
    ],
    producer: [
      'read_definitions',
      'read_streams',
      'watch_live',
      'acknowledge',
      'cue',
      'write_rundown',
      'act',
      'watch_host',
      'set_host_view',
      'read_rules',
      'silence',
    ],
    host: ['read_definitions', 'watch_host'],
    analyst: ['read_definitions', 'read_streams', 'watch_live', 'export', 'query', 'read_rules', 'backtest'],
    ingest: ['post_events', 'close_streams'],
  };
  it.each(TOKEN_ROLES.map((role) => [role]))('%s may do what the table names and nothing else', (role) => {
    expect(RIGHTS.filter((right) => may(principal(role), right))).toEqual(table[role]);
  });
});

describe('which streams a token may know of', () => {
  it.each([
    ['room-1', 'room-1', true],
    ['room-1', 'room-12', false],
    ['room-*', 'room-12', true],
    ['room-*', 'other-12', false],
    ['*', 'anything', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*x', 'xx', true],
    ['a.c', 'abc', false],
    ['', 'abc', false],
  ])('pattern %p and stream %p: %p', (pattern, stream_id, expected) => {
    expect(visible(principal('producer', [pattern]), stream_id)).toBe(expected);
  });

  it('an administrator knows of all, whatever the token lists', () => {
    expect(visible(principal('admin', []), 'room-1')).toBe(true);
  });

  it('agrees with a regular expression on any pattern', () => {
    const letters = (max: number) => fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: max });
    fc.assert(
      fc.property(letters(6), letters(8), (pattern, text) => {
        const stream_id = text.replaceAll('*', 'b');
        const oracle = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(visible(principal('host', [pattern]), stream_id)).toBe(oracle.test(stream_id));
      }),
    );
  });
});
