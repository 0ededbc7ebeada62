-- Paid order lines that counted, by ts: what credit is computed from.
SELECT ts, order_id, item_id, quantity, amount_minor, currency
FROM order_lines_that_counted(stream_id = {stream_id:String})
WHERE type = 'order_paid'
ORDER BY ts, event_id
