-- A viewer's events of these sessions are no more.
DELETE FROM events WHERE viewer = {viewer:UInt64} AND stream_id IN {stream_ids:Array(String)}
