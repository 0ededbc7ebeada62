-- A viewer's visits of these sessions are no more.
DELETE FROM visits WHERE viewer = {viewer:UInt64} AND stream_id IN {stream_ids:Array(String)}
