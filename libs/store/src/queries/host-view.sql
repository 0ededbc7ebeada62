SELECT view
FROM host_views FINAL
WHERE stream_id = {stream_id:String}
