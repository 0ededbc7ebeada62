-- What is known of some sessions beside their panes, without anything summed; erased_at: when somebody was last erased of it.
SELECT streams.*, erased_at
FROM (SELECT * FROM streams FINAL WHERE stream_id IN {stream_ids:Array(String)}) AS streams
LEFT JOIN
(
    SELECT stream_id, maxOrNull(erased_at) AS erased_at
    FROM erasures FINAL
    WHERE stream_id IN {stream_ids:Array(String)}
    GROUP BY stream_id
) AS marks USING stream_id
