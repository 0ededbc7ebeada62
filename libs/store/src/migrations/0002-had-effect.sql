-- What counts for distinct viewers and for credit, each condition written once. The views take the stream as a
-- parameter: SELECT … FROM events_with_effect(stream_id = 'room-1').

-- Events that took part in the numbers: not too late, before the stream's end, and while it is live before the end of its
-- last final pane, as far as all other numbers reach. Repeats of an order line are still among them.
CREATE VIEW IF NOT EXISTS events_with_effect AS
SELECT *
FROM events FINAL
WHERE stream_id = {stream_id:String}
  AND lateness != 'too_late'
  AND ts < (SELECT coalesce(max(coalesce(ended_at, last_pane + 1000, toNullable(0))), 9223372036854775807)
            FROM streams FINAL WHERE stream_id = {stream_id:String});

-- Of each order line (order_id, item_id) and type the first applied. Without refunds: every one of those counts.
CREATE VIEW IF NOT EXISTS order_lines_that_counted AS
SELECT *
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type IN ('order_created', 'order_paid', 'order_cancelled')
ORDER BY effective_ts, event_id
LIMIT 1 BY order_id, item_id, type;

-- What viewers did, apart from coming and going: the rows that distinct counts are taken from.
CREATE VIEW IF NOT EXISTS viewer_acts AS
SELECT ts, viewer, type, item_id
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type IN ('danmaku', 'like', 'follow', 'share', 'item_expose', 'item_click')
UNION ALL
SELECT ts, viewer, type, item_id
FROM order_lines_that_counted(stream_id = {stream_id:String})
WHERE type IN ('order_created', 'order_paid');
