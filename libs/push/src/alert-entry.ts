import type { Alert } from '#domain';

/** One durable line of the alert log: the alert after a change, and what changed it. */
export interface AlertEntry {
  readonly v: 1;
  readonly alert: Alert;
  /** A decision by its key, or a person's act with the note they left. */
  readonly cause:
    | { readonly kind: 'decision'; readonly key: string }
    | { readonly kind: 'act'; readonly by: string; readonly note: string | null };
}

export const encodeEntry = (entry: AlertEntry): Uint8Array => new TextEncoder().encode(JSON.stringify(entry));

/** Reads what {@link encodeEntry} wrote; anything else was written by another version and stops the program rather than lose an alert. */
export const decodeEntry = (bytes: Uint8Array): AlertEntry => {
  const entry = JSON.parse(new TextDecoder().decode(bytes)) as { v?: unknown };
  if (entry.v !== 1) throw new Error(`the alert log has an entry of version ${String(entry.v)}; this program reads 1`);
  return entry as AlertEntry;
};
