SELECT stream_id, ts, online, toString(quality) AS quality, enters, leaves, timeouts, censored,
    viewer_ms / 1000 AS viewer_seconds, danmaku, likes, follows, shares, group_joins, item_exposes, item_clicks,
    orders_created, orders_paid, orders_cancelled, orders_refunded, units_paid, gmv_created_minor, gmv_paid_minor,
    refund_minor, at_risk, leaves_by_tenure, expected_leaves
FROM panes FINAL
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
