-- One page of a stream's raw events of one input, in log order.
SELECT
    *,
    leftPad(lower(hex(viewer)), 16, '0') AS viewer_hex
FROM events FINAL
WHERE stream_id = {stream_id:String} AND input = {input:String} AND position > {after_position:Int64}
ORDER BY position
LIMIT {limit:UInt32}
