import { Inject, Injectable } from '@nestjs/common';
import type { ReplayState, Snapshot, SocketError } from '#contract';
import { PANE_MS } from '#domain';
import type { Clock } from '#domain';
import type { Logger } from '#observe';
import type { LiveSocket } from '../live/audience.js';
import { CLOCK, LOG } from '../ports.js';
import { RecordedSessions } from './recorded-session.js';
import { Replay } from './replay.js';

const OF_A_SOCKET_MAX = 2;
/** Each asks the store a few small questions a second; live rooms must not wait for them. */
const OF_ALL_MAX = 16;

export type ReplayOutcome =
  | { ok: true; replay: ReplayState; snapshot: Snapshot }
  | { ok: false; error: Extract<SocketError, 'not_found' | 'overloaded'> };
export type PauseOutcome = { ok: true; replay: ReplayState } | { ok: false; error: 'not_found' };

/** The replays of this process, by the socket they play to; none outlives it. */
@Injectable()
export class Replays {
  private readonly bySocket = new Map<LiveSocket, Map<string, Replay>>();

  constructor(
    private readonly sessions: RecordedSessions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Plays at once, from `from` (event time, ms) or from the session's start. */
  async start(socket: LiveSocket, stream_id: string, from: number | undefined, speed: number): Promise<ReplayOutcome> {
    const session = await this.sessions.open(stream_id);
    if (session === null) return { ok: false, error: 'not_found' };
    const mine = this.bySocket.get(socket) ?? new Map<string, Replay>();
    if (mine.size >= OF_A_SOCKET_MAX || this.count() >= OF_ALL_MAX) return { ok: false, error: 'overloaded' };
    const { first_pane, last_pane } = session.stream;
    const [begin, end] = [first_pane, last_pane! + PANE_MS];
    const at = Math.min(end, Math.max(begin, from ?? begin));
    const course = { at, since: this.clock.now(), speed, isPlaying: true, from: begin, to: end };
    const replay = new Replay(socket, this.sessions, session, this.clock, course);
    mine.set(replay.replay_id, replay);
    // A socket may have gone while the session was read.
    if (socket.connected) this.bySocket.set(socket, mine);
    return { ok: true, replay: replay.state, snapshot: await replay.snapshot() };
  }

  pause(socket: LiveSocket, replay_id: string, isPaused: boolean, speed: number | undefined): PauseOutcome {
    const replay = this.bySocket.get(socket)?.get(replay_id);
    if (replay === undefined) return { ok: false, error: 'not_found' };
    replay.pause(isPaused, speed);
    return { ok: true, replay: replay.state };
  }

  async seek(socket: LiveSocket, replay_id: string, at: number): Promise<ReplayOutcome> {
    const replay = this.bySocket.get(socket)?.get(replay_id);
    if (replay === undefined) return { ok: false, error: 'not_found' };
    replay.seek(at);
    return { ok: true, replay: replay.state, snapshot: await replay.snapshot() };
  }

  stop(socket: LiveSocket, replay_id: string): { ok: true } | { ok: false; error: 'not_found' } {
    const mine = this.bySocket.get(socket);
    mine?.get(replay_id)?.end();
    if (mine?.delete(replay_id) !== true) return { ok: false, error: 'not_found' };
    if (mine.size === 0) this.bySocket.delete(socket);
    return { ok: true };
  }

  forget(socket: LiveSocket): void {
    this.bySocket.delete(socket);
  }

  /** To be called four times a second. */
  beat(): void {
    for (const [socket, replays] of this.bySocket)
      for (const [replay_id, replay] of replays)
        replay.beat().catch((err: unknown) => {
          this.log.warn({ err, replay_id }, 'a replay could not go on');
          this.stop(socket, replay_id);
        });
  }

  private count(): number {
    return [...this.bySocket.values()].reduce((count, { size }) => count + size, 0);
  }
}
