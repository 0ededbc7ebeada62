-- A stream's raw events of one input, in log order.
SELECT
    * EXCEPT (first_read_wins),
    leftPad(lower(hex(viewer)), 16, '0') AS viewer_hex
FROM events FINAL
WHERE stream_id = {stream_id:String} AND input = {input:String}
ORDER BY position
