-- One page of messages, oldest first; with text, those that hold it in any case as they are shown: what is hidden
-- must not be found by trying.
SELECT event_id, ts, text
FROM events_with_effect(stream_id = {stream_id:String})
WHERE type = 'danmaku' AND ts >= {from:Int64} AND ts < {to:Int64}
  AND ({contains:String} = '' OR positionCaseInsensitiveUTF8(/* include redacted_text */, {contains:String}) > 0)
  AND ({after_ts:Nullable(Int64)} IS NULL
    OR (ts, event_id) > (assumeNotNull({after_ts:Nullable(Int64)}), {after_event_id:String}))
ORDER BY ts, event_id
LIMIT {limit:UInt32}
