SELECT stream_id, presentation_id, item_id, title, price_minor, stock, `from` AS begins, `to` AS ends
FROM presentations FINAL
WHERE NOT withdrawn AND stream_id IN (SELECT stream_id FROM streams FINAL WHERE match(stream_id, {rooms:String}))
