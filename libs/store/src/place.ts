import { join } from 'node:path';
import type { Config } from '#config';
import type { StorePlace } from './client.js';

/** Where a process of this configuration keeps its rows: a server, or embedded in its data folder. */
export const storePlaceOf = ({ clickhouse, dataDir }: Config): StorePlace =>
  clickhouse === null ? { kind: 'embedded', path: join(dataDir, 'store') } : { kind: 'server', ...clickhouse };
