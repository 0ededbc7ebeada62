import { randomUUID } from 'node:crypto';
import type { MetricsMessage, Mode, ReplayState, Snapshot } from '#contract';
import { paneStart } from '#domain';
import type { Clock } from '#domain';
import type { LiveSocket } from '../live/audience.js';
import { paneShown } from '../live/pane-shown.js';
import { movedTo, paced, standingAt } from './course.js';
import type { Course } from './course.js';
import { dataAt, onAirAt } from './recorded-session.js';
import type { PlayedWords } from './played-words.js';
import type { RecordedSession, RecordedSessions } from './recorded-session.js';

/** Beats from one telling of what was said to the next: 5 s, as in a live room. */
const WORDS_BEATS = 20;

/**
 * A stored session that plays to one client through the messages of a live room. Figures, danmaku and where it stands are
 * volatile: who cannot take them goes without, and holds nobody up. Cues, alerts and actions are told each once, in order.
 */
export class Replay {
  readonly replay_id = randomUUID();
  /** Everything before it has been told. */
  private told: number;
  private danmaku: { ts: number; text: string }[] = [];
  /** Grows with every jump: what was being read for a moment left behind is not told. */
  private turn = 0;
  /** Messages wait while a moment is read, so that what comes after a snapshot comes after its answer. */
  private reading = 0;
  private beats = 0;
  private readonly words: PlayedWords;
  /** Up to where what was said has been told; `null`: it is being read. */
  private wordsTold: number | null = -1;

  constructor(
    private readonly socket: LiveSocket,
    private readonly sessions: RecordedSessions,
    private readonly session: RecordedSession,
    private readonly clock: Clock,
    private course: Course,
  ) {
    this.told = paneStart(course.at);
    this.words = sessions.words(session);
  }

  get state(): ReplayState {
    const { from, to, speed, isPlaying } = this.course;
    const at = standingAt(this.course, this.clock.now());
    const { replay_id } = this;
    const { stream_id } = this.session.stream;
    return { v: 1, replay_id, stream_id, mode: `replay:${replay_id}`, at, from, to, speed, playing: isPlaying };
  }

  /** The room as it stood where the replay stands. */
  snapshot(): Promise<Snapshot> {
    return this.whileReading(() => this.sessions.snapshot(this.session, this.told));
  }

  seek(at: number): void {
    this.course = movedTo(this.course, this.clock.now(), at);
    this.told = paneStart(this.course.at);
    this.danmaku = [];
    this.turn++;
    this.tellState();
  }

  pause(isPaused: boolean, speed: number | undefined): void {
    this.course = paced(this.course, this.clock.now(), !isPaused, speed);
    this.tellState();
  }

  /** Tells nothing more. */
  end(): void {
    this.turn++;
  }

  /** To be called four times a second; like a live room's, volatile messages must not follow each other closely. */
  async beat(): Promise<void> {
    const beat = this.beats++ % 4;
    if (beat === 1) this.socket.volatile.emit('replay', this.state);
    else if (beat === 2) this.tellDanmaku();
    else if (beat === 3 && this.beats % WORDS_BEATS === 0) await this.tellWords();
    else if (beat === 0 && this.reading === 0) await this.moveOn();
  }

  private async moveOn(): Promise<void> {
    const to = paneStart(standingAt(this.course, this.clock.now()));
    if (to <= this.told) return;
    const { turn, session, sessions } = this;
    const range = { from: this.told, to };
    const [panes, windows, danmaku] = await this.whileReading(() =>
      Promise.all([sessions.panes(session, range), sessions.windowsAt(session, to), sessions.danmaku(session, range)]),
    );
    if (turn !== this.turn) return;
    this.told = to;
    this.danmaku = danmaku;
    const message: MetricsMessage = {
      ...this.envelope,
      ...{ as_of: to, panes: panes.map(paneShown), windows },
      item_on: onAirAt(session, to),
      data: dataAt(session.stream, to),
    };
    this.socket.volatile.emit('metrics', message);
    this.tellSaid(range.from, to);
    if (this.told === this.course.to && this.course.isPlaying) this.pause(true, undefined);
  }

  private tellSaid(from: number, to: number): void {
    const isSaid = ({ at }: { at: number }): boolean => at >= from && at < to;
    const { cues, alerts, actions } = this.session;
    for (const { cue } of cues.filter(isSaid)) this.socket.emit('cue', { ...this.envelope, cue });
    for (const { alert } of alerts.filter(isSaid)) this.socket.emit('alert', { ...this.envelope, alert });
    for (const { action } of actions.filter(isSaid)) this.socket.emit('action', { ...this.envelope, action });
  }

  private tellDanmaku(): void {
    const messages = this.danmaku;
    this.danmaku = [];
    if (messages.length > 0) this.socket.volatile.emit('danmaku', { ...this.envelope, messages });
  }

  /** What was lately said, where the replay has moved since it was told. */
  private async tellWords(): Promise<void> {
    const { told: as_of, turn } = this;
    if (this.wordsTold === null || this.wordsTold === as_of) return;
    this.wordsTold = null;
    try {
      const said = await this.words.at(as_of);
      if (turn === this.turn) this.socket.volatile.emit('words', { ...this.envelope, as_of, ...said });
    } finally {
      this.wordsTold = as_of;
    }
  }

  private tellState(): void {
    this.socket.emit('replay', this.state);
  }

  private async whileReading<T>(read: () => Promise<T>): Promise<T> {
    this.reading++;
    try {
      return await read();
    } finally {
      this.reading--;
    }
  }

  private get envelope(): { v: 1; stream_id: string; mode: Mode } {
    return { v: 1, stream_id: this.session.stream.stream_id, mode: `replay:${this.replay_id}` };
  }
}
