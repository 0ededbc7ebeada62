-- What counts for distinct viewers and credit, written once. Both views take the stream as a parameter:
-- SELECT … FROM events_with_effect(stream_id = 'room-1').

-- Events that took part in the numbers: not too late, and before the stream's end.
-- Repeats of an order line are still in it: see order_lines_that_counted.
CREATE VIEW IF NOT EXISTS events_with_effect AS
SELECT *
FROM events FINAL
WHERE stream_id = {stream_id:String}
  AND lateness != 'too_late'
  AND ts < (SELECT coalesce(max(ended_at), 9223372036854775807) FROM streams FINAL WHERE stream_id = {stream_id:String});

-- Of each order line (order_id, item_id) and type, the first applied. Refunds are absent: every one of them counts.
CREATE VIEW IF NOT EXISTS order_lines_that_counted AS
SELECT *
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type IN ('order_created', 'order_paid', 'order_cancelled')
ORDER BY effective_ts, event_id
LIMIT 1 BY order_id, item_id, type;
