-- Oldest first.
SELECT action_id, stream_id, ts, kind, text, by, alert_id, item_id
FROM actions FINAL
WHERE stream_id = {stream_id:String}
ORDER BY ts, action_id
