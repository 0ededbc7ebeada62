-- Alerts changed after since_seq, in order of their last change.
SELECT *
FROM alerts FINAL
WHERE stream_id = {stream_id:String} AND seq > {since_seq:UInt64}
ORDER BY seq
LIMIT {limit:UInt32}
