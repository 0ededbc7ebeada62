-- What online a range begins with: that of the last pane before it.
SELECT online
FROM panes FINAL
WHERE stream_id = {stream_id:String} AND ts < {from:Int64}
ORDER BY ts DESC
LIMIT 1
