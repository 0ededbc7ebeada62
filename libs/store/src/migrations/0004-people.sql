-- What people did and wrote: few rows, each durable before it is answered. Times of people are wall clock, ms.

-- Who read or changed what. detail: JSON.
CREATE TABLE IF NOT EXISTS audit
(
    id String,
    at Int64 CODEC(Delta, LZ4),
    by String,
    role LowCardinality(String),
    action LowCardinality(String),
    target String,
    detail String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (at, id);

-- The planned script of a session, replaced whole. lines: JSON.
CREATE TABLE IF NOT EXISTS rundowns
(
    stream_id String,
    lines String CODEC(ZSTD(1)),
    updated_at Int64,
    updated_by String
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY stream_id;

-- What a producer changed on air: ts is the stream's clock, noted_at the wall's.
CREATE TABLE IF NOT EXISTS actions
(
    stream_id LowCardinality(String),
    action_id String,
    ts Int64,
    kind LowCardinality(String),
    text String,
    by String,
    alert_id Nullable(String),
    item_id Nullable(String),
    noted_at Int64
)
ENGINE = ReplacingMergeTree(noted_at)
ORDER BY (stream_id, ts, action_id);

-- Viewers whose events and visits of a session were erased: its panes still count them.
CREATE TABLE IF NOT EXISTS erasures
(
    stream_id LowCardinality(String),
    viewer UInt64,
    erased_at Int64
)
ENGINE = ReplacingMergeTree(erased_at)
ORDER BY (stream_id, viewer);
