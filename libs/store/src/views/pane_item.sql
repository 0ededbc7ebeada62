SELECT stream_id, ts, item.item_id AS item_id, item.item_exposes AS item_exposes, item.item_clicks AS item_clicks,
    item.orders_created AS orders_created, item.orders_paid AS orders_paid, item.orders_cancelled AS orders_cancelled,
    item.orders_refunded AS orders_refunded, item.units_paid AS units_paid, item.gmv_created_minor AS gmv_created_minor,
    item.gmv_paid_minor AS gmv_paid_minor, item.refund_minor AS refund_minor
FROM panes FINAL
ARRAY JOIN by_item AS item
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
