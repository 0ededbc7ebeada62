-- How many alerts of a session fire now.
SELECT count() AS alerts FROM alerts FINAL WHERE stream_id = {stream_id:String} AND status = 'firing'
