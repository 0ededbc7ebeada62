-- A stream's panes from a time on are no more: its end came late.
DELETE FROM panes WHERE stream_id = {stream_id:String} AND ts >= {from:Int64}
