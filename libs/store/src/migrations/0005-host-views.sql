-- What a producer lets the host of a session see, replaced whole. view: JSON; updated_at: wall clock, ms.
CREATE TABLE IF NOT EXISTS host_views
(
    stream_id String,
    view String,
    updated_at Int64
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY stream_id;
