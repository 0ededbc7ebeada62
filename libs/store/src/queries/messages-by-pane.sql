-- What was written in a range and took part in the numbers, by pane: each text once, with how many wrote it and when last.
SELECT intDiv(ts, 1000) * 1000 AS pane_ts, text, count() AS messages, max(ts) AS last_ts
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type = 'danmaku' AND ts >= {from:Int64} AND ts < {to:Int64}
GROUP BY pane_ts, text
ORDER BY pane_ts
