SELECT lines, updated_at, updated_by
FROM rundowns FINAL
WHERE stream_id = {stream_id:String}
