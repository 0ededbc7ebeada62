-- A stream's visits that began at a time or later are no more: its end came late.
DELETE FROM visits WHERE stream_id = {stream_id:String} AND `from` >= {from:Int64}
