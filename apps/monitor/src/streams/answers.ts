import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { StoredSession } from '#store';
import { LIVE_ROOMS } from '../ports.js';
import type { LiveRooms } from '../ports.js';
import { jsonBytes } from './json-bytes.js';
import { KeptOfSessions } from './kept-of-sessions.js';

/** Some dozens of four-hour sessions second by second, some thousands of other answers. */
const BYTES_MAX = 64_000_000;

/** Answers about one session, as they go over the wire: what was once asked of a session that is over is not computed again. */
@Injectable()
export class Answers {
  private readonly kept = new KeptOfSessions<Buffer>(BYTES_MAX);

  constructor(@Inject(LIVE_ROOMS) private readonly rooms: LiveRooms) {}

  /** `question` and what was `asked` name the answer; who may read it has been decided before. */
  async of(
    session: StoredSession,
    question: string,
    asked: object,
    answer: () => Promise<object>,
  ): Promise<StreamableFile> {
    const name = JSON.stringify([question, asked]);
    const known = this.kept.get(session, name);
    if (known !== undefined) return json(known);
    const bytes = await jsonBytes(await answer());
    // While the room is still shown, the answer says how far its log is behind.
    if (this.rooms.get(session.stream_id) === undefined) this.kept.put(session, name, bytes, bytes.length);
    return json(bytes);
  }
}

const json = (bytes: Buffer): StreamableFile =>
  new StreamableFile(bytes, { type: 'application/json; charset=utf-8', length: bytes.length });
