-- How many viewers were erased of a session.
SELECT count() AS viewers FROM erasures FINAL WHERE stream_id = {stream_id:String}
