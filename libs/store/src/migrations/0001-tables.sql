-- Rows are never updated: a newer row of the same key replaces the older one when it is read (FINAL), so every insert
-- may be repeated after a crash. Times are Int64 ms since the epoch, as on the wire. No table is partitioned by time: valid
-- event times span a century, and one batch of an import may hold them all.

-- Raw events, each (stream_id, event_id) once; of an id that was read twice the first read stays:
-- the smallest append time and, as a whole request has one, the smallest position.
-- Ordered by type within a stream, because nearly every question reads few types and heartbeats are most of the rows.
CREATE TABLE IF NOT EXISTS events
(
    stream_id LowCardinality(String),
    event_id String,
    type Enum8('danmaku' = 0, 'enter' = 1, 'leave' = 2, 'heartbeat' = 3, 'like' = 4, 'follow' = 5, 'share' = 6,
        'group_join' = 7, 'item_expose' = 8, 'item_click' = 9, 'online_count' = 10, 'order_created' = 11, 'order_paid' = 12,
        'order_cancelled' = 13, 'order_refunded' = 14, 'stream_started' = 15, 'stream_ended' = 16, 'item_presented' = 17,
        'item_withdrawn' = 18, 'script_cue' = 19),
    ts Int64 CODEC(Delta, LZ4),
    effective_ts Int64 CODEC(Delta, LZ4),
    lateness Enum8('on_time' = 0, 'late' = 1, 'too_late' = 2),
    append_ts Int64 CODEC(Delta, LZ4),
    input LowCardinality(String),
    position UInt64 CODEC(Delta, LZ4),
    -- 0: the event has no viewer.
    viewer UInt64,
    source Enum8('recommend' = 0, 'follow' = 1, 'search' = 2, 'short_video' = 3, 'ad' = 4, 'share' = 5, 'group' = 6,
        'other' = 7, '' = 8),
    item_id String,
    count UInt32,
    text String,
    order_id String,
    quantity UInt32,
    amount_minor Int64,
    currency String,
    returning Nullable(Bool),
    device String,
    region String,
    title String,
    price_minor Nullable(Int64),
    stock Nullable(Int64),
    label String,
    variant String,
    host String,
    host_kind String,
    channel String,
    planned_gmv_minor Nullable(Int64),
    feed String ALIAS multiIf(type = 'danmaku', 'danmaku', startsWith(toString(type), 'order_'), 'order',
        type IN ('stream_started', 'stream_ended', 'item_presented', 'item_withdrawn', 'script_cue'), 'cue', 'view'),
    first_read_wins Int128 DEFAULT -(toInt128(append_ts) * 1000000000000000000 + position) CODEC(LZ4)
)
ENGINE = ReplacingMergeTree(first_read_wins)
ORDER BY (stream_id, type, ts, event_id);

-- One second of one stream (metrics.md). by_item and by_source are one row of parallel arrays: ARRAY JOIN unfolds them.
CREATE TABLE IF NOT EXISTS panes
(
    stream_id LowCardinality(String),
    ts Int64 CODEC(DoubleDelta, LZ4),
    revision UInt64,
    online Int64 CODEC(T64, LZ4),
    quality Enum8('final' = 0, 'inferred' = 1, 'reported' = 2),
    enters Int64 CODEC(T64, LZ4),
    leaves Int64 CODEC(T64, LZ4),
    timeouts Int64 CODEC(T64, LZ4),
    censored Int64 CODEC(T64, LZ4),
    viewer_ms Int64 CODEC(T64, LZ4),
    danmaku Int64 CODEC(T64, LZ4),
    likes Int64 CODEC(T64, LZ4),
    follows Int64 CODEC(T64, LZ4),
    shares Int64 CODEC(T64, LZ4),
    group_joins Int64 CODEC(T64, LZ4),
    item_exposes Int64 CODEC(T64, LZ4),
    item_clicks Int64 CODEC(T64, LZ4),
    orders_created Int64 CODEC(T64, LZ4),
    orders_paid Int64 CODEC(T64, LZ4),
    orders_cancelled Int64 CODEC(T64, LZ4),
    orders_refunded Int64 CODEC(T64, LZ4),
    units_paid Int64 CODEC(T64, LZ4),
    gmv_created_minor Int64 CODEC(T64, LZ4),
    gmv_paid_minor Int64 CODEC(T64, LZ4),
    refund_minor Int64 CODEC(T64, LZ4),
    -- By tenure band, always as long as there are bands.
    at_risk Array(Int64),
    leaves_by_tenure Array(Int64),
    by_item Nested
    (
        item_id String,
        item_exposes Int64,
        item_clicks Int64,
        orders_created Int64,
        orders_paid Int64,
        orders_cancelled Int64,
        orders_refunded Int64,
        units_paid Int64,
        gmv_created_minor Int64,
        gmv_paid_minor Int64,
        refund_minor Int64
    ),
    by_source Nested
    (
        source LowCardinality(String),
        enters Int64,
        leaves Int64,
        online Int64,
        at_risk Array(Int64),
        leaves_by_tenure Array(Int64),
        orders_paid Int64,
        gmv_paid_minor Int64
    ),
    other_money Map(String, Int64),
    expected_leaves Nullable(Float64)
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (stream_id, ts);

-- One uninterrupted presence [from, to) of one viewer; to is null while it is open.
CREATE TABLE IF NOT EXISTS visits
(
    stream_id LowCardinality(String),
    viewer UInt64,
    `from` Int64 CODEC(Delta, LZ4),
    `to` Nullable(Int64),
    ended Nullable(Enum8('leave' = 0, 'timeout' = 1, 'censored' = 2)),
    source LowCardinality(String),
    returning Bool,
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (stream_id, viewer, `from`);

-- One uninterrupted time [from, to) an item is on; withdrawn: a late cue left it no pane.
CREATE TABLE IF NOT EXISTS presentations
(
    stream_id LowCardinality(String),
    presentation_id String,
    item_id String,
    title Nullable(String),
    price_minor Nullable(Int64),
    stock Nullable(Int64),
    `from` Int64,
    `to` Nullable(Int64),
    withdrawn Bool,
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (stream_id, presentation_id);

-- What is known of a session beside its panes. status reads ended only once all its other rows can be read.
CREATE TABLE IF NOT EXISTS streams
(
    stream_id String,
    revision UInt64,
    title Nullable(String),
    host Nullable(String),
    host_kind Nullable(String),
    channel Nullable(String),
    currency Nullable(String),
    planned_gmv_minor Nullable(Int64),
    status Enum8('live' = 0, 'ended' = 1),
    started_at Int64,
    ended_at Nullable(Int64),
    first_pane Int64,
    last_pane Nullable(Int64),
    spans Array(Tuple(`from` Int64, `to` Nullable(Int64))),
    as_of Int64,
    online Int64,
    quality Enum8('final' = 0, 'inferred' = 1, 'reported' = 2),
    late Int64,
    too_late Int64,
    ignored Map(String, Int64),
    coverage Map(String, Int64)
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY stream_id;

-- The latest state of each alert; seq is that of its last change and grows with every one, so it serves as the revision.
CREATE TABLE IF NOT EXISTS alerts
(
    stream_id LowCardinality(String),
    alert_id String,
    seq UInt64,
    rule LowCardinality(String),
    severity LowCardinality(String),
    status LowCardinality(String),
    started_at Int64,
    detected_at Int64,
    updated_at Int64,
    resolved_at Nullable(Int64),
    sent_at Nullable(Int64),
    acked_at Nullable(Int64),
    item_id Nullable(String),
    presentation_id Nullable(String),
    acked_by Nullable(String),
    outcome Nullable(String),
    -- JSON: {"summary", "evidence", "hint"}.
    details String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(seq)
ORDER BY (stream_id, alert_id);

-- Records that could not become events, kept 7 days.
CREATE TABLE IF NOT EXISTS dead_letters
(
    id String,
    received_at Int64,
    reason LowCardinality(String),
    detail String,
    origin String,
    bytes String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (received_at, id)
TTL toDateTime(intDiv(received_at, 1000)) + INTERVAL 7 DAY;
