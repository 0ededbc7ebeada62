-- Presentations, oldest first, with the ordinal of each among those of its item, and online of the pane before its first.
SELECT
    shown.*,
    row_number() OVER (PARTITION BY item_id ORDER BY `from`, presentation_id) AS ordinal,
    before.online AS online_start
FROM (SELECT * FROM presentations FINAL WHERE stream_id = {stream_id:String} AND NOT withdrawn) AS shown
ASOF LEFT JOIN (SELECT stream_id, ts, online FROM panes FINAL WHERE stream_id = {stream_id:String}) AS before
    ON shown.stream_id = before.stream_id AND shown.`from` > before.ts
ORDER BY `from`, presentation_id
