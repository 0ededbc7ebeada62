SELECT stream_id, ts, toString(came.source) AS source, came.enters AS enters, came.leaves AS leaves, came.online AS online,
    came.at_risk AS at_risk, came.leaves_by_tenure AS leaves_by_tenure, came.orders_paid AS orders_paid,
    came.gmv_paid_minor AS gmv_paid_minor
FROM panes FINAL
ARRAY JOIN by_source AS came
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
