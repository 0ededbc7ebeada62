import { setTimeout as sleep } from 'node:timers/promises';
import { FEEDS, type Feed } from '#domain';
import type { WireEvent } from '#simulate';
import { KafkaSink } from '../../apps/cli/src/kafka-sink.js';
import type { ClickHouseFront } from '../kit/clickhouse-front.js';
import { makeTopics, type Broker } from '../kit/kafka-broker.js';
import { CrashMonitor } from './crash-monitor.js';

/** Everything is produced in so many parts. */
export const PARTS = 4;

/** Rows that decide what was shown, without when they were written. */
const SHOWN = {
  panes: '* EXCEPT (revision)',
  visits: '* EXCEPT (revision)',
  presentations: '* EXCEPT (revision)',
  events: '* EXCEPT (input, position, append_ts, lateness, effective_ts, first_read_wins)',
  alerts: '* EXCEPT (seq, sent_at)',
} as const;
export type ShownTable = keyof typeof SHOWN;
/** Alerts about the monitor itself go by the wall clock. */
const OF_THE_STREAM = `rule NOT IN ('feed_silent', 'data_stale')`;

/** What several ways have in common. */
export interface WayPlace {
  broker: Broker;
  store: ClickHouseFront;
  partitions: number;
  /** Every process of every way that was made and not discarded. */
  running: Set<CrashMonitor>;
}

/** One way to read sessions over Kafka: topics, a group and a database of its own. */
export class KafkaWay {
  readonly #topicOf: Readonly<Record<Feed, string>>;

  /** `more`: what its processes are told beside. */
  constructor(
    private readonly place: WayPlace,
    readonly name: string,
    private readonly more: Readonly<Record<string, string>> = {},
  ) {
    this.#topicOf = Object.fromEntries(FEEDS.map((feed) => [feed, `${name}.${feed}`])) as Record<Feed, string>;
  }

  /** `again`: of another group, which reads the same records once more. */
  environment(again = ''): Record<string, string> {
    const { broker, store } = this.place;
    return {
      KAFKA_BROKERS: broker.address,
      KAFKA_TOPICS: Object.values(this.#topicOf).join(','),
      KAFKA_GROUP_ID: this.name + again,
      KAFKA_LIVE_PREFIX: `${this.name}${again}.live.`,
      CLICKHOUSE_URL: store.url,
      CLICKHOUSE_DATABASE: this.name,
      AUTH_JWT_SECRET: 'a secret that all processes share',
      ...this.more,
    };
  }

  member(again?: string): CrashMonitor {
    const monitor = new CrashMonitor(this.environment(again));
    this.place.running.add(monitor);
    return monitor;
  }

  makeTopics(): Promise<void> {
    return makeTopics(this.place.broker.address, Object.values(this.#topicOf), this.place.partitions);
  }

  /** Produces everything, part by part, with `between` after each but the last; `shards`: by how many viewers are keyed. */
  async produce(
    events: readonly WireEvent[],
    between: (part: number) => Promise<void> = () => Promise.resolve(),
    shards = 1,
  ): Promise<void> {
    const sink = new KafkaSink([this.place.broker.address], this.#topicOf, shards);
    const size = Math.ceil(events.length / PARTS);
    for (let part = 0; part < PARTS; part++) {
      const outcome = await sink.send(events.slice(part * size, (part + 1) * size));
      if (outcome.kind !== 'ok') throw new Error(outcome.reason);
      if (part < PARTS - 1) await between(part);
    }
    await sink.close();
  }

  /** Waits until so many streams read as ended. */
  async ended(streams: number, withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    const ended = `SELECT uniqExact(stream_id) AS n FROM ${this.name}.streams FINAL WHERE status = 'ended'`;
    for (;;) {
      const [row] = await this.place.store.rows<{ n: number | string }>(ended);
      if (Number(row?.n) === streams) return;
      if (performance.now() > until)
        throw new Error(
          `${this.name}: not all ended:\n${[...this.place.running].map(({ output }) => output).join('\n')}`,
        );
      await sleep(300);
    }
  }

  /** All rows of these tables, in an order of their own. */
  async rows<Table extends ShownTable>(tables: readonly Table[]): Promise<Record<Table, unknown[]>> {
    const rows = {} as Record<Table, unknown[]>;
    for (const table of tables) {
      const only = table === 'alerts' ? `WHERE ${OF_THE_STREAM}` : '';
      rows[table] = await this.place.store.rows(
        `SELECT ${SHOWN[table]} FROM ${this.name}.${table} FINAL ${only} ORDER BY ALL`,
      );
    }
    return rows;
  }
}

/** Ends all processes and forgets their data. */
export const discardAll = async ({ running }: WayPlace): Promise<void> => {
  await Promise.all([...running].map((monitor) => monitor.discard()));
  running.clear();
};
