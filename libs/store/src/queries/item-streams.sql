-- Sessions whose ids match, in which an item was on, newest started first.
SELECT stream_id, started_at
FROM streams FINAL
WHERE stream_id IN (SELECT stream_id FROM presentations FINAL WHERE item_id = {item_id:String} AND NOT withdrawn)
  AND match(stream_id, {rooms:String})
  AND ({host:Nullable(String)} IS NULL OR host = {host:Nullable(String)})
  AND started_at < {to:Int64} AND coalesce(ended_at, as_of) >= {from:Int64}
  AND ({before_started_at:Nullable(Int64)} IS NULL
    OR (started_at, stream_id) < (assumeNotNull({before_started_at:Nullable(Int64)}), {before_stream_id:String}))
ORDER BY started_at DESC, stream_id DESC
LIMIT {limit:UInt32}
