import type { StoreClient } from './client.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { page, type Page } from './page.js';
import { readQuery } from './sql-files.js';
import type { Range } from './steps.js';

/** Who read or changed what; `at` is wall clock, ms. */
export interface Deed {
  id: string;
  at: number;
  by: string;
  role: string;
  action: string;
  target: string;
  detail: unknown;
}

/** A session's planned script as it was put last; its lines are the caller's. */
export interface StoredRundown {
  lines: unknown[];
  updated_at: number;
  updated_by: string;
}

/** What a producer changed on air; `ts` is the stream's clock, ms. */
export interface StoredAction {
  action_id: string;
  stream_id: string;
  ts: number;
  kind: string;
  text: string;
  by: string;
  alert_id: string | null;
  item_id: string | null;
}

const QUERIES = ['audit', 'rundown', 'actions', 'host-view', 'word-list'] as const;

/**
 * What people did and wrote. Such rows are few, so each is an insert of its own and can be read when its promise settles;
 * where the store does not take it the promise rejects, and nothing was noted.
 */
export class StoreNotes {
  private readonly sql = new Map(QUERIES.map((name) => [name, readQuery(name)]));

  constructor(private readonly client: StoreClient) {}

  async noteDeed(deed: Deed): Promise<void> {
    await this.insert('audit', { ...deed, detail: JSON.stringify(deed.detail) });
  }

  /** Newest first. */
  async deeds(range: Range, limit: number, cursor: string | null): Promise<Page<Deed>> {
    const [before_at, before_id] = decodeCursor(cursor);
    const rows = await this.client.read<Deed & { detail: string }>(this.sql.get('audit')!, {
      ...{ ...range, limit, before_at, before_id },
    });
    const deeds = rows.map((row): Deed => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
    return page(deeds, limit, (deed) => encodeCursor(deed.at, deed.id));
  }

  async putRundown(stream_id: string, { lines, ...when }: StoredRundown): Promise<void> {
    await this.insert('rundowns', { stream_id, lines: JSON.stringify(lines), ...when });
  }

  async rundown(stream_id: string): Promise<StoredRundown | null> {
    const [row] = await this.client.read<StoredRundown & { lines: string }>(this.sql.get('rundown')!, { stream_id });
    return row === undefined ? null : { ...row, lines: JSON.parse(row.lines) as unknown[] };
  }

  /** `updated_at`: wall clock, ms. */
  async putHostView(stream_id: string, view: object, updated_at: number): Promise<void> {
    await this.insert('host_views', { stream_id, view: JSON.stringify(view), updated_at });
  }

  /** What was put last, as the caller gave it; `null`: nothing was. */
  async hostView(stream_id: string): Promise<unknown> {
    const [row] = await this.client.read<{ view: string }>(this.sql.get('host-view')!, { stream_id });
    return row === undefined ? null : (JSON.parse(row.view) as unknown);
  }

  /** `noted_at`: wall clock, ms. */
  async addAction(action: StoredAction, noted_at: number): Promise<void> {
    await this.insert('actions', { ...action, noted_at });
  }

  /** Oldest first. */
  actions(stream_id: string): Promise<StoredAction[]> {
    return this.client.read(this.sql.get('actions')!, { stream_id });
  }

  /** Replaces a list of words whole; `changed_at` is wall clock, ms. */
  async putWords(name: string, words: readonly string[], changed_at: number, changed_by: string): Promise<void> {
    await this.insert('word_lists', { name, words, changed_at, changed_by });
  }

  /** A list of words as it was put last; `null` where it never was. */
  async words(name: string): Promise<string[] | null> {
    const [row] = await this.client.read<{ words: string[] }>(this.sql.get('word-list')!, { name });
    return row?.words ?? null;
  }

  private insert(table: string, row: object): Promise<void> {
    return this.client.write.insertJson(table, JSON.stringify(row));
  }
}
