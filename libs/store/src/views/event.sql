SELECT stream_id, event_id, toString(type) AS type, ts, effective_ts, toString(lateness) AS lateness,
    if(viewer = 0, '', leftPad(lower(hex(viewer)), 16, '0')) AS viewer, toString(source) AS source, item_id, count,
    /* include redacted_text */ AS text,
    order_id, quantity, amount_minor, currency, returning, device, region, title, price_minor, stock, label, variant
FROM events FINAL
WHERE stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
