-- Raw events of a stream as they are stored, each once, in the order of their key: by type, then by time. Viewers as their
-- pseudonyms; in what viewers wrote, long numbers are hidden. With defused, a text that a spreadsheet would compute is
-- marked as text.
WITH
    (x -> if({defused:Bool} AND match(x, '^[=+@\\-\t\r]'), concat('\'', x), x)) AS cell
SELECT
    cell(event_id) AS event_id,
    toString(type) AS type,
    ts,
    effective_ts,
    toString(lateness) AS lateness,
    if(viewer = 0, '', leftPad(lower(hex(viewer)), 16, '0')) AS viewer,
    toString(source) AS source,
    cell(item_id) AS item_id,
    count,
    cell(/* include redacted_text */) AS text,
    cell(order_id) AS order_id,
    quantity,
    amount_minor,
    cell(currency) AS currency,
    returning,
    cell(device) AS device,
    cell(region) AS region,
    cell(title) AS title,
    price_minor,
    stock,
    cell(label) AS label,
    cell(variant) AS variant,
    cell(host) AS host,
    host_kind,
    channel,
    planned_gmv_minor
FROM events FINAL
WHERE stream_id = {stream_id:String} AND ts >= {from:Int64} AND ts < {to:Int64}
ORDER BY stream_id, type, ts, event_id
