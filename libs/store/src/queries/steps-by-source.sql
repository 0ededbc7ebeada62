-- What panes know by source, merged by step. online is that of the step's last stored pane: 0 for a source it lacks.
SELECT
    step_ts,
    source,
    sum(source_enters) AS enters,
    sum(source_leaves) AS leaves,
    sumIf(source_online, ts = last_ts) AS online,
    sumForEach(source_at_risk) AS at_risk,
    sumForEach(source_leaves_by_tenure) AS leaves_by_tenure,
    sum(source_orders_paid) AS orders_paid,
    sum(source_gmv_paid_minor) AS gmv_paid_minor
FROM
(
    SELECT
        ts,
        intDiv(ts, {step_ms:Int64}) * {step_ms:Int64} AS step_ts,
        max(ts) OVER (PARTITION BY intDiv(ts, {step_ms:Int64})) AS last_ts,
        by_source.source AS sources,
        by_source.enters AS enters_of,
        by_source.leaves AS leaves_of,
        by_source.online AS online_of,
        by_source.at_risk AS at_risk_of,
        by_source.leaves_by_tenure AS leaves_by_tenure_of,
        by_source.orders_paid AS orders_paid_of,
        by_source.gmv_paid_minor AS gmv_paid_minor_of
    FROM panes FINAL
    WHERE stream_id = {stream_id:String} AND ts >= {from:Int64} AND ts < {to:Int64}
)
ARRAY JOIN
    sources AS source,
    enters_of AS source_enters,
    leaves_of AS source_leaves,
    online_of AS source_online,
    at_risk_of AS source_at_risk,
    leaves_by_tenure_of AS source_leaves_by_tenure,
    orders_paid_of AS source_orders_paid,
    gmv_paid_minor_of AS source_gmv_paid_minor
GROUP BY step_ts, source
ORDER BY step_ts, source
