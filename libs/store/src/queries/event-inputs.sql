SELECT DISTINCT input FROM events WHERE stream_id = {stream_id:String} ORDER BY input
