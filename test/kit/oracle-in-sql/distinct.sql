-- Distinct viewers of the whole session by what they did. /* visits */ and /* lines */ stand for visits.sql and lines.sql.
SELECT
    toInt64(uniqExactIf(who, did = 'present')) AS viewers,
    toInt64(uniqExactIf(who, did IN ('danmaku', 'like', 'follow', 'share'))) AS interactors,
    toInt64(uniqExactIf(who, did = 'item_expose')) AS exposed,
    toInt64(uniqExactIf(who, did = 'item_click')) AS clickers,
    toInt64(uniqExactIf(who, did = 'order_created')) AS orderers,
    toInt64(uniqExactIf(who, did = 'order_paid')) AS buyers
FROM
(
    SELECT viewer AS who, 'present' AS did FROM (/* visits */) WHERE notEmpty(visits)
    UNION ALL
    SELECT toString(viewer), toString(type) FROM events FINAL
    WHERE stream_id = {stream_id:String} AND lateness != 'too_late' AND ts < {ended_at:Int64}
      AND type IN ('danmaku', 'like', 'follow', 'share', 'item_expose', 'item_click')
    UNION ALL
    SELECT toString(viewer), step FROM (/* lines */) AS lines
)
