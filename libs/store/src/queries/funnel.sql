-- How far viewers went, by the source of their first visit; '' for those who acted without a known visit. Of an entrant (who
-- entered in the range) each layer counts within the one before; pv are events, not nested. Without a horizon what was done
-- in the range counts; with one, what an entrant did within that time of entering.
WITH
    least(
        {to:Int64},
        coalesce((SELECT max(last_pane) + 1000 FROM streams FINAL WHERE stream_id = {stream_id:String}), 0)
    ) AS until,
    people AS
    (
        SELECT
            viewer,
            argMin(source, `from`) AS came_by,
            countIf(`from` >= {from:Int64} AND `from` < until) AS enters,
            minIf(`from`, `from` >= {from:Int64} AND `from` < until) AS entered_at
        FROM visits FINAL
        WHERE stream_id = {stream_id:String}
        GROUP BY viewer
    ),
    acts AS
    (
        SELECT viewer, ts, type
        FROM viewer_acts(stream_id = {stream_id:String})
        WHERE type IN ('item_expose', 'item_click', 'order_created', 'order_paid')
          AND ({item_id:Nullable(String)} IS NULL OR item_id = {item_id:Nullable(String)})
    )
SELECT
    came_by AS source,
    countIf(is_entrant) AS entered_uv,
    countIf(is_entrant AND exposed > 0) AS exposed_uv,
    countIf(is_entrant AND exposed > 0 AND clicked > 0) AS clicked_uv,
    countIf(is_entrant AND exposed > 0 AND clicked > 0 AND created > 0) AS created_uv,
    countIf(is_entrant AND exposed > 0 AND clicked > 0 AND created > 0 AND paid > 0) AS paid_uv,
    sum(enters) AS entered_pv,
    sum(exposed) AS exposed_pv,
    sum(clicked) AS clicked_pv,
    sum(created) AS created_pv,
    sum(paid) AS paid_pv
FROM
(
    SELECT
        viewer,
        max(came_by) AS came_by,
        max(enters) AS enters,
        max(enters) > 0 AS is_entrant,
        sum(exposed) AS exposed,
        sum(clicked) AS clicked,
        sum(created) AS created,
        sum(paid) AS paid
    FROM
    (
        SELECT viewer, came_by, enters, 0 AS exposed, 0 AS clicked, 0 AS created, 0 AS paid FROM people
        UNION ALL
        SELECT
            viewer,
            '' AS came_by,
            0 AS enters,
            type = 'item_expose' AS exposed,
            type = 'item_click' AS clicked,
            type = 'order_created' AS created,
            type = 'order_paid' AS paid
        FROM acts
        WHERE {horizon_ms:Nullable(Int64)} IS NULL AND ts >= {from:Int64} AND ts < {to:Int64}
        UNION ALL
        SELECT
            acts.viewer,
            '',
            0,
            type = 'item_expose',
            type = 'item_click',
            type = 'order_created',
            type = 'order_paid'
        FROM acts
        INNER JOIN people ON acts.viewer = people.viewer
        WHERE {horizon_ms:Nullable(Int64)} IS NOT NULL AND people.enters > 0 AND ts >= people.entered_at
            AND ts < people.entered_at + assumeNotNull({horizon_ms:Nullable(Int64)})
    )
    GROUP BY viewer
)
GROUP BY came_by
ORDER BY came_by
