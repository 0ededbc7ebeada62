-- Lists of words that people keep, each replaced whole. changed_at: wall clock, ms.
CREATE TABLE IF NOT EXISTS word_lists
(
    name LowCardinality(String),
    words Array(String),
    changed_at Int64,
    changed_by String
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY name;
