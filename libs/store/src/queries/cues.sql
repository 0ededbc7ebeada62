-- What was presented and marked, oldest first. The cue that ends a stream stands at its end.
SELECT
    event_id,
    ts,
    toString(type) AS type,
    nullIf(item_id, '') AS item_id,
    nullIf(title, '') AS title,
    nullIf(label, '') AS label,
    nullIf(variant, '') AS variant,
    price_minor,
    stock
FROM events FINAL
WHERE stream_id = {stream_id:String}
  AND type IN ('stream_started', 'stream_ended', 'item_presented', 'item_withdrawn', 'script_cue')
  AND lateness != 'too_late'
  AND ts <= (SELECT coalesce(max(ended_at), 9223372036854775807) FROM streams FINAL WHERE stream_id = {stream_id:String})
ORDER BY ts, event_id
