SELECT stream_id, title, host, host_kind, channel, currency, planned_gmv_minor, toString(status) AS status, started_at,
    ended_at, first_pane, last_pane, as_of, toString(quality) AS quality, late, too_late
FROM streams FINAL
WHERE match(stream_id, {rooms:String})
