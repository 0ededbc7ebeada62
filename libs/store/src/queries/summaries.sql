-- What is known of some sessions beside their panes, without anything summed.
SELECT * FROM streams FINAL WHERE stream_id IN {stream_ids:Array(String)}
