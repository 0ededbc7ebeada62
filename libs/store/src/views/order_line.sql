SELECT stream_id, toString(type) AS type, ts, order_id, item_id, quantity, amount_minor, currency,
    leftPad(lower(hex(viewer)), 16, '0') AS viewer, toString(source) AS source
FROM
(
    SELECT line.*, least(effective_ts, stream.end) AS applied_at, if(effective_ts < stream.end, event_id, '') AS tie
    FROM (SELECT * FROM events FINAL WHERE type IN ('order_created', 'order_paid', 'order_cancelled')
        AND lateness != 'too_late' AND stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))) AS line
    INNER JOIN
    (
        SELECT stream_id, coalesce(ended_at, last_pane + 1000, 0) AS counted_until,
            coalesce(ended_at, 9223372036854775807) AS end
        FROM streams FINAL
    ) AS stream ON line.stream_id = stream.stream_id
    WHERE line.ts < stream.counted_until
    ORDER BY applied_at, tie, append_ts, position
    LIMIT 1 BY line.stream_id, order_id, item_id, type
)
