import { readFileSync } from 'node:fs';
import { migrate, openClient, StoreWriter, type StoreClient } from '#store';
import { streamSummary } from '../../kit/temporary-store.js';

/** A session of the season: ids and times are its number's. */
export interface SeasonSession {
  readonly stream_id: string;
  readonly start: number;
  readonly seconds: number;
  readonly events: number;
}

const FIRST_MS = 1_780_000_000_000;
const APART_MS = 6 * 3_600_000;
const STATEMENTS = ['events', 'panes', 'visits', 'presentations'] as const;

/**
 * A season as it lies in the store: one session of four hours with a quarter of all events, and many of half an hour to an
 * hour. It is made where it is kept, by the engine itself: twenty million events in about a minute.
 */
export const seasonOf = (sessions: number, events: number): SeasonSession[] => {
  const longest = Math.floor(events / 4);
  const other = Math.floor((events - longest) / (sessions - 1));
  return Array.from({ length: sessions }, (_, i) => ({
    stream_id: i === 0 ? 'longest' : `session-${i}`,
    start: FIRST_MS + i * APART_MS,
    seconds: i === 0 ? 14_400 : 1_800 + (i % 4) * 600,
    events: i === 0 ? longest : other,
  }));
};

/** Writes the season into the store at `path`, which nobody has open, and answers the disk's bytes of an event. */
export const writeSeason = async (path: string, season: readonly SeasonSession[]): Promise<number> => {
  const client = await openClient({ kind: 'embedded', path });
  try {
    await migrate(client);
    const sql = STATEMENTS.map((name) => readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8'));
    for (const [session, each] of season.entries()) {
      const { stream_id, start, seconds, events } = each;
      const viewers = Math.max(10, Math.floor(events / 40));
      const online = Math.floor(viewers / 20);
      for (const statement of sql)
        await client.write.run(statement, { stream_id, start, seconds, events, viewers, online, session });
    }
    await writeStreams(client, season);
    return await bytesPerEvent(client);
  } finally {
    await client.close();
  }
};

const writeStreams = async (client: StoreClient, season: readonly SeasonSession[]): Promise<void> => {
  const writer = new StoreWriter(client, () => undefined);
  writer.writeStreams(
    season.map(({ stream_id, start, seconds }) =>
      streamSummary({
        ...{ stream_id, title: 'Evening', host: 'Lin', status: 'ended', started_at: start, first_pane: start },
        ...{ ended_at: start + seconds * 1000, last_pane: start + (seconds - 1) * 1000, as_of: start + seconds * 1000 },
        spans: [{ from: start, to: start + seconds * 1000 }],
      }),
    ),
  );
  await writer.close();
};

const bytesPerEvent = async (client: StoreClient): Promise<number> => {
  const [row] = await client.read<{ bytes: number }>(
    "SELECT sum(bytes_on_disk) / sum(rows) AS bytes FROM system.parts WHERE active AND table = 'events'",
  );
  return row!.bytes;
};
