-- What was written in a session and took part in its numbers: each text once for the asked parts of it, and once for the
-- rest, with how many wrote it and when it was last written.
SELECT
    text,
    arrayExists((begins, ends) -> ts >= begins AND ts < ends, {begins:Array(Int64)}, {ends:Array(Int64)}) AS is_asked,
    count() AS messages,
    max(ts) AS last_ts
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type = 'danmaku'
GROUP BY text, is_asked
