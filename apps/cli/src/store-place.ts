import { join } from 'node:path';
import type { Config } from '#config';
import type { StorePlace } from '#store';

/** Where the monitor of this configuration keeps its rows. */
export const storePlaceOf = ({ clickhouse, dataDir }: Config): StorePlace =>
  clickhouse === null ? { kind: 'embedded', path: join(dataDir, 'store') } : { kind: 'server', ...clickhouse };
