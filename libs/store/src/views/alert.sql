SELECT stream_id, alert_id, seq, rule, severity, status, started_at, detected_at, updated_at, resolved_at, sent_at, acked_at,
    item_id, presentation_id, acked_by, outcome, details
FROM alerts FINAL
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
