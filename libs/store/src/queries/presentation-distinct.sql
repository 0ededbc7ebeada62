-- Distinct viewers of each presentation.
WITH shown AS
(
    SELECT presentation_id, `from` AS begins, coalesce(`to`, 9223372036854775807) AS ends
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
    FROM viewer_acts(stream_id = {stream_id:String}) AS acts
    CROSS JOIN shown
    WHERE ts >= begins AND ts < ends
    GROUP BY presentation_id
)
GROUP BY presentation_id
