SELECT *
FROM panes FINAL
WHERE stream_id = {stream_id:String} AND ts >= {from:Int64} AND ts < {to:Int64}
ORDER BY ts
