import type { MonitorRecord } from '#domain';
import type { DecodeRecord } from './kafka-source.js';

/** Reads one of the monitor's own records: JSON of its own, written by no one else. */
export const readNote = (
  bytes: Buffer,
): { ok: true; event: MonitorRecord } | Extract<ReturnType<DecodeRecord>, { ok: false }> => {
  try {
    return { ok: true, event: JSON.parse(bytes.toString()) as MonitorRecord };
  } catch (error) {
    return { ok: false, letter: { reason: 'not_json', detail: (error as Error).message, bytes: bytes.toString() } };
  }
};
