SELECT stream_id, action_id, ts, kind, text, by, alert_id, item_id
FROM actions FINAL
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
