-- What was presented and marked, in the order in which cues apply. What comes after the end is no part of the session; the
-- cue that ends it stands at it.
WITH (SELECT coalesce(max(ended_at), 9223372036854775807) FROM streams FINAL WHERE stream_id = {stream_id:String}) AS stream_end
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
  AND (ts < stream_end OR (type = 'stream_ended' AND ts = stream_end))
ORDER BY ts, multiIf(type = 'stream_started', 0, type = 'stream_ended', 2, 1), event_id
