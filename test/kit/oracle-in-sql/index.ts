import { readFileSync } from 'node:fs';
import type { DistinctCounts } from '#domain';
import type { StoreClient } from '#store';

/** A currency that converts: `amount · over / under` minor units of the stream's currency. */
export interface SqlRate {
  currency: string;
  over: number;
  under: number;
}

/** Numbers of one stream in SQL over the stored raw events alone; panes (start, ms) hold only what is not zero or changed. */
export interface SqlNumbers {
  visits: { viewer: string; from: number; to: number; ended: string; source: string }[];
  unmatched_leave: number;
  presence: Map<number, Record<string, number>>;
  activity: Map<number, Record<string, number>>;
  orders: Map<number, Record<string, number>>;
  distinct: Omit<DistinctCounts, 'entrants'>;
}

const text = (name: string): string => readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8');
const query = (name: string): string =>
  text(name).replace(/\/\* (visits|lines) \*\/(?=\))/g, (_, part: string) => text(part));

interface ViewerRow {
  viewer: string;
  unmatched_leave: number;
  first_heartbeat: number;
  visits: [from: number, to: number, ended: string, source: string][];
}

/** Later than any event. */
const NEVER = 9_000_000_000_000;

/** Computes the numbers of a stream that was closed at `closed_at` (ms) and did not go on. */
export const numbersInSql = async (
  store: StoreClient,
  stream: { stream_id: string; closed_at: number; timeout_ms: number; rates: readonly SqlRate[] },
): Promise<SqlNumbers> => {
  const { stream_id, closed_at, timeout_ms, rates } = stream;
  const [facts] = await store.read<{ ended_at: number | null; currency: string }>(query('facts'), {
    stream_id,
    closed_at,
  });
  const parameters = {
    stream_id,
    timeout_ms,
    timeouts_from: NEVER,
    ended_at: facts!.ended_at ?? closed_at,
    currency: facts!.currency,
    rate_of: rates.map(({ currency }) => currency).join(','),
    rate_over: rates.map(({ over }) => over),
    rate_under: rates.map(({ under }) => under),
  };
  const untimed = await store.read<ViewerRow>(query('visits'), parameters);
  const timeouts_from = Math.min(NEVER, ...untimed.map(({ first_heartbeat }) => first_heartbeat));
  const timed = { ...parameters, timeouts_from };

  const viewers = await store.read<ViewerRow>(query('visits'), timed);
  const [distinct] = await store.read<SqlNumbers['distinct']>(query('distinct'), timed);
  return {
    visits: viewers.flatMap(({ viewer, visits }) =>
      visits.map(([from, to, ended, source]) => ({ viewer, from, to, ended, source })),
    ),
    unmatched_leave: viewers.reduce((sum, row) => sum + Number(row.unmatched_leave), 0),
    presence: byPane(await store.read(query('presence'), timed)),
    activity: byPane(await store.read(query('activity'), timed)),
    orders: byPane(await store.read(query('orders'), timed)),
    distinct: distinct!,
  };
};

const byPane = (rows: readonly Record<string, number>[]): Map<number, Record<string, number>> =>
  new Map(
    rows.map(({ pane, ...counts }) => [
      Number(pane),
      Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)])),
    ]),
  );
