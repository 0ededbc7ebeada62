SELECT stream_id, leftPad(lower(hex(viewer)), 16, '0') AS viewer, `from` AS begins, `to` AS ends, toString(ended) AS ended,
    source, returning
FROM visits FINAL
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
