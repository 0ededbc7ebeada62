import { matchesPattern } from '#domain';

/** Everything a token may be allowed to do. */
export const RIGHTS = [
  'read_definitions',
  'read_streams',
  'watch_live',
  'acknowledge',
  'cue',
  'post_events',
  'close_streams',
  'read_dead_letters',
  'read_audit',
  'export',
  'query',
  'write_rundown',
  'act',
  'watch_host',
  'set_host_view',
  'erase_viewers',
  'read_rules',
  'set_rules',
  'backtest',
  'silence',
  'read_channels',
  'set_channels',
] as const;
export type Right = (typeof RIGHTS)[number];

export const TOKEN_ROLES = ['admin', 'control_room', 'producer', 'host', 'analyst', 'ingest'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** What each role may do in its rooms. What is not named here is refused. */
export const RIGHTS_OF_ROLE: Readonly<Record<TokenRole, readonly Right[]>> = {
  admin: RIGHTS,
  control_room: [
    ...['read_definitions', 'read_streams', 'watch_live', 'acknowledge', 'cue', 'watch_host'],
    ...['read_rules', 'set_rules', 'backtest', 'silence', 'read_channels'],
  ] as Right[],
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
  // The host sees the host view and nothing that the producer does not show: falling numbers disturb the talk.
  host: ['read_definitions', 'watch_host'],
  analyst: ['read_definitions', 'read_streams', 'watch_live', 'export', 'query', 'read_rules', 'backtest'],
  ingest: ['post_events', 'close_streams'],
};

/** Whoever holds a valid token: a name, a role, rooms, and until when (ms; `null`: without end). */
export interface Principal {
  readonly sub: string;
  readonly role: TokenRole;
  /** Stream ids, or patterns in which `*` stands for any characters. */
  readonly streams: readonly string[];
  readonly expires_at: number | null;
}

/** Whether the role has the right at all: without it the answer is 403. */
export const may = (principal: Principal, right: Right): boolean => RIGHTS_OF_ROLE[principal.role].includes(right);

/** Whether the token may know of this stream: if not, the answer is 404. */
export const visible = (principal: Principal, stream_id: string): boolean =>
  principal.role === 'admin' || principal.streams.some((pattern) => matchesPattern(pattern, stream_id));
