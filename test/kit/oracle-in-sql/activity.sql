-- Danmaku, likes, follows, shares, group joins, exposes and clicks of each pane with any.
SELECT
    intDiv(ts, 1000) * 1000 AS pane,
    toInt64(countIf(type = 'danmaku')) AS danmaku,
    toInt64(sumIf(count, type = 'like')) AS likes,
    toInt64(countIf(type = 'follow')) AS follows,
    toInt64(countIf(type = 'share')) AS shares,
    toInt64(countIf(type = 'group_join')) AS group_joins,
    toInt64(countIf(type = 'item_expose')) AS item_exposes,
    toInt64(countIf(type = 'item_click')) AS item_clicks
FROM events FINAL
WHERE stream_id = {stream_id:String} AND lateness != 'too_late' AND ts < {ended_at:Int64}
  AND type IN ('danmaku', 'like', 'follow', 'share', 'group_join', 'item_expose', 'item_click')
GROUP BY pane
ORDER BY pane
