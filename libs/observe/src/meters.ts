import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'tallylight_';
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every figure that the program tells of itself, in one place; names as Prometheus wants them (`_total`, `_seconds`, `_bytes`). */
export interface Meters {
  /** Called before the figures are told: for those that are counted only when somebody asks. */
  readonly beforeTold: (() => void)[];
  readonly registry: Registry;
  /** By `origin`: `http` (posted or imported), `kafka`. */
  readonly recordsRead: Counter<'origin'>;
  readonly bytesRead: Counter<'origin'>;
  readonly eventsAccepted: Counter;
  /** By {@link RejectReason}. */
  readonly eventsRejected: Counter<'reason'>;
  /** By {@link IgnoreReason}. */
  readonly eventsIgnored: Counter<'reason'>;
  /** Accepted events later than their pane. By `lateness`: `late`, `too_late`. */
  readonly eventsLate: Counter<'lateness'>;
  readonly panesEmitted: Counter;
  readonly streamsLive: Gauge;
  readonly watermarkLag: Gauge;
  readonly panesOpen: Gauge;
  readonly visitsOpen: Gauge;
  readonly logLag: Gauge;
  readonly logLagRecords: Gauge;
  /** Partitions, or the one journal, whose streams this process owns. */
  readonly lanesOwned: Gauge;
  readonly snapshotSeconds: Histogram;
  readonly journalAppend: Histogram;
  readonly journalBytes: Gauge;
  readonly storeWrite: Histogram<'table'>;
  readonly storeRows: Counter<'table'>;
  readonly storeErrors: Counter<'operation'>;
  /** By route (its pattern, never the path asked for) and status. */
  readonly httpRequests: Counter<'method' | 'route' | 'status'>;
  readonly httpSeconds: Histogram<'route'>;
  readonly httpOverloaded: Counter;
  /** By `reason`: `token`, `right`, `room`. */
  readonly refusals: Counter<'reason'>;
  readonly sockets: Gauge;
  readonly socketSubscriptions: Gauge;
  readonly metricsSent: Counter;
  /** Metrics messages that a slow client did not get. */
  readonly metricsSkipped: Counter;
  /** From the end of the pane that decided an alert, in event time, to its sending: of alerts that begin in a live stream. */
  readonly alertSeconds: Histogram;
  readonly alertChanges: Counter<'rule' | 'status'>;
  /** By kind of channel and `outcome`: `delivered`, `failed` (it is tried again), `given_up`. */
  readonly webhookCalls: Counter<'kind' | 'outcome'>;
  readonly webhookWaiting: Gauge;
}

/** A registry of its own with every meter on it, beside those of the process and its event loop. */
export const createMeters = (): Meters => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const beforeTold: (() => void)[] = [];
  const seconds = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Histogram<L>({ name: PREFIX + name, help, labelNames, buckets: SECONDS, registers: [registry] });
  return {
    beforeTold,
    registry,
    recordsRead: counter('records_read_total', 'Records read, good or bad.', ['origin']),
    bytesRead: counter('bytes_read_total', 'Bytes of the records read.', ['origin']),
    eventsAccepted: counter('events_accepted_total', 'Events accepted and durable.'),
    eventsRejected: counter('events_rejected_total', 'Records that became dead letters.', ['reason']),
    eventsIgnored: counter('events_ignored_total', 'Accepted events without effect.', ['reason']),
    eventsLate: counter('events_late_total', 'Accepted events later than their pane.', ['lateness']),
    panesEmitted: counter('panes_emitted_total', 'Panes made final or corrected.'),
    streamsLive: new Gauge({
      name: `${PREFIX}streams_live`,
      help: 'Streams that are live in this process.',
      registers: [registry],
      collect: () => beforeTold.forEach((count) => count()),
    }),
    watermarkLag: gauge(
      'watermark_lag_seconds',
      'Now less the watermark of the live stream that is furthest behind, of those that run by the clock.',
    ),
    panesOpen: gauge('panes_open', 'Panes begun and not final, of live streams.'),
    visitsOpen: gauge('visits_open', 'Viewers present, of live streams.'),
    logLag: gauge('log_lag_seconds', 'Now less the append time of the next unread record; 0 at the end of the log.'),
    logLagRecords: gauge('log_lag_records', 'Records of the log that are not applied yet.'),
    lanesOwned: gauge('lanes_owned', 'Partitions whose streams this process owns; 1 with the journal.'),
    snapshotSeconds: seconds('snapshot_seconds', 'One checkpoint: outputs flushed, snapshots of all lanes written.'),
    journalAppend: seconds('journal_append_seconds', 'Write and fsync of one group of records.'),
    journalBytes: gauge('journal_bytes', 'Size of the journal on disk.'),
    storeWrite: seconds('store_write_seconds', 'One insert.', ['table']),
    storeRows: counter('store_rows_total', 'Rows written.', ['table']),
    storeErrors: counter('store_errors_total', 'Statements that failed.', ['operation']),
    httpRequests: counter('http_requests_total', 'Requests answered.', ['method', 'route', 'status']),
    httpSeconds: seconds('http_request_seconds', 'From the head of a request to the end of its answer.', ['route']),
    httpOverloaded: counter('http_overloaded_total', 'Posted bodies answered with 429.'),
    refusals: counter('refusals_total', 'Requests and handshakes refused for their token.', ['reason']),
    sockets: gauge('sockets', 'Sockets connected.'),
    socketSubscriptions: gauge('socket_subscriptions', 'Rooms that sockets are subscribed to, counted per socket.'),
    metricsSent: counter('metrics_sent_total', 'Metrics messages handed to sockets.'),
    metricsSkipped: counter('metrics_skipped_total', 'Metrics messages that slow sockets did not get.'),
    alertSeconds: seconds('alert_seconds', 'From the end of the pane that decided an alert to its sending.'),
    alertChanges: counter('alert_changes_total', 'Changes of alerts told.', ['rule', 'status']),
    webhookCalls: counter('webhook_calls_total', 'Calls of webhooks, and deliveries given up.', ['kind', 'outcome']),
    webhookWaiting: gauge('webhook_waiting', 'Alert changes that wait to be delivered, over all channels.'),
  };
};
