-- Sessions to compare one with: ended before it began, of the same host, else of the same title; newest first.
WITH (SELECT (started_at, host, title) FROM streams FINAL WHERE stream_id = {stream_id:String}) AS this
SELECT stream_id
FROM streams FINAL
WHERE stream_id != {stream_id:String} AND status = 'ended' AND started_at < this.1
  AND if(this.2 IS NOT NULL, host = this.2, title = this.3)
ORDER BY started_at DESC, stream_id DESC
LIMIT {limit:UInt32}
