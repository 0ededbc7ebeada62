-- All that was written in a session and took part in its numbers, in any order.
SELECT ts, text
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type = 'danmaku'
