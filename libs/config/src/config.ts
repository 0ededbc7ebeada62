import type { EventTimeSettings, FxRates } from '#domain';

/** What this process does; `all` of them together is one machine. */
export type Role = 'processor' | 'gateway';

/** A ClickHouse server. */
export interface ClickHouseConfig {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly groupId: string;
  /** Before the names of the topics that monitors write for each other; those of one group share it. */
  readonly livePrefix: string;
  /** Streams, by pattern, whose viewers are spread over the partitions: keyed `stream_id#shard`. */
  readonly shardedStreams: readonly string[];
  readonly ssl: boolean;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
}

/** How tokens are checked: by a shared secret (HS256), or by the keys that an address publishes. */
export type TokenCheck =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'jwks'; readonly url: string };

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** The whole configuration of a process: the environment, read once and checked. Times in ms. */
export interface Config {
  readonly http: { readonly host: string; readonly port: number };
  /** Embedded store, journal, snapshots, generated secrets. */
  readonly dataDir: string;
  /** `null`: the embedded store in `dataDir`. */
  readonly clickhouse: ClickHouseConfig | null;
  /** `null`: events go to the journal. */
  readonly kafka: KafkaConfig | null;
  readonly roles: readonly Role[];
  readonly tokenCheck: TokenCheck;
  /** Key of the viewer hash. */
  readonly pseudonymKey: string;
  readonly adminToken: string | null;
  readonly readyLagMs: number;
  readonly fxRates: FxRates;
  readonly logLevel: LogLevel;
  readonly journalFsync: boolean;
  /** How often state is written, so that a process that died is taken up from there, ms. */
  readonly checkpointMs: number;
  readonly eventTime: EventTimeSettings;
}
