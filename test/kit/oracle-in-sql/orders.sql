-- Orders, units and money of each pane with an order line. /* lines */ stands for lines.sql.
SELECT
    intDiv(ts, 1000) * 1000 AS pane,
    toInt64(countIf(step = 'order_created' AND first_of_order)) AS orders_created,
    toInt64(countIf(step = 'order_paid' AND first_of_order)) AS orders_paid,
    toInt64(countIf(step = 'order_cancelled' AND first_of_order)) AS orders_cancelled,
    toInt64(countIf(step = 'order_refunded' AND first_of_order)) AS orders_refunded,
    toInt64(sumIf(quantity, step = 'order_paid')) AS units_paid,
    toInt64(sumIf(money, step = 'order_created')) AS gmv_created_minor,
    toInt64(sumIf(money, step = 'order_paid')) AS gmv_paid_minor,
    toInt64(sumIf(money, step = 'order_refunded')) AS refund_minor
FROM (/* lines */) AS lines
GROUP BY pane
ORDER BY pane
