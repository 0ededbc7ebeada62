import { importedEventId, type ImportedRow, type ImportSettings } from './imported-row.js';

export interface DanmakuImporter {
  /** `json` is one line of the file, `line` its number from 1. */
  row(json: string, line: number): ImportedRow;
}

/**
 * Recorded danmaku, NDJSON: `{uid, msg, timestamp (ms), msg_type}` → `danmaku`.
 * A canned one-click message (`msg_type` 2) is a message like any other: its text is kept and a burst of them shows.
 */
export const createDanmakuImporter = ({ file_hash, stream_id }: ImportSettings): DanmakuImporter => ({
  row(json, line) {
    const message = objectOf(json);
    if (message === undefined) return { ok: false, reason: 'not_json', detail: 'row: expected a JSON object' };
    const event_id = importedEventId('danmaku', file_hash, line);
    const { uid, msg, timestamp } = message;
    return {
      ok: true,
      event: { event_id, type: 'danmaku', stream_id, ts: timestamp!, viewer_id: uid!, text: msg! },
    };
  },
});

type Message = Partial<Record<'uid' | 'msg' | 'timestamp', string | number>>;

const objectOf = (json: string): Message | undefined => {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
};
