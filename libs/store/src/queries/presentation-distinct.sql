-- Distinct viewers of each presentation. Of what viewers did each act belongs to the presentation that was on: one item is on
-- at a time.
WITH shown AS
(
    SELECT stream_id, presentation_id, `from` AS begins, coalesce(`to`, 9223372036854775807) AS ends
    FROM presentations FINAL
    WHERE stream_id = {stream_id:String} AND NOT withdrawn
)
SELECT
    presentation_id,
    sum(present) AS viewers,
    sum(entered) AS entrants,
    sum(interactors) AS interactors,
    sum(exposed) AS exposed,
    sum(clickers) AS clickers,
    sum(orderers) AS orderers,
    sum(buyers) AS buyers
FROM
(
    SELECT
        presentation_id,
        uniqExact(viewer) AS present,
        uniqExactIf(viewer, `from` >= begins) AS entered,
        0 AS interactors, 0 AS exposed, 0 AS clickers, 0 AS orderers, 0 AS buyers
    FROM visits FINAL
    CROSS JOIN shown
    WHERE stream_id = {stream_id:String} AND `from` < ends AND coalesce(`to`, 9223372036854775807) > begins
    GROUP BY presentation_id
    UNION ALL
    SELECT
        presentation_id,
        0,
        0,
        /* include distinct_acts */
    FROM (SELECT {stream_id:String} AS stream_id, * FROM viewer_acts(stream_id = {stream_id:String})) AS acts
    ASOF INNER JOIN shown ON acts.stream_id = shown.stream_id AND acts.ts >= shown.begins
    WHERE ts < ends
    GROUP BY presentation_id
)
GROUP BY presentation_id
