import { deserialize, serialize } from 'node:v8';
import type { MonitorRecord } from '#domain';
import type { DecodeRecord } from './kafka-source.js';

/** The first byte of what a share told: a structured clone. Everything else is JSON. */
const CLONE = 0xff;

/** Writes one of the monitor's own records. */
export const writeNote = (record: MonitorRecord): Buffer =>
  record.kind === 'share_told' ? serialize(record) : Buffer.from(JSON.stringify(record));

/** Reads one of the monitor's own records: written by no one else. */
export const readNote = (
  bytes: Buffer,
): { ok: true; event: MonitorRecord } | Extract<ReturnType<DecodeRecord>, { ok: false }> => {
  try {
    const record: unknown = bytes[0] === CLONE ? deserialize(bytes) : JSON.parse(bytes.toString());
    return { ok: true, event: record as MonitorRecord };
  } catch (error) {
    return { ok: false, letter: { reason: 'not_json', detail: (error as Error).message, bytes: bytes.toString() } };
  }
};
