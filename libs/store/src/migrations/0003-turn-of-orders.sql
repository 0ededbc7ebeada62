-- Of each order line (order_id, item_id) and type the first applied: late ones at the watermark they met; once the stream
-- had been read beyond its end, where they were read. Without refunds: every one of those counts.
CREATE OR REPLACE VIEW order_lines_that_counted AS
WITH (SELECT coalesce(max(ended_at), 9223372036854775807) FROM streams FINAL WHERE stream_id = {stream_id:String}) AS end
SELECT *
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type IN ('order_created', 'order_paid', 'order_cancelled')
ORDER BY least(effective_ts, end), if(effective_ts < end, event_id, ''), append_ts, position
LIMIT 1 BY order_id, item_id, type;
