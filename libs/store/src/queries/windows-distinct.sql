-- Distinct viewers of windows of several lengths that all end at one moment.
WITH spans AS (SELECT arrayJoin({spans_ms:Array(Int64)}) AS span_ms)
SELECT
    span_ms,
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
        span_ms,
        uniqExact(viewer) AS present,
        uniqExactIf(viewer, `from` >= {at:Int64} - span_ms) AS entered,
        0 AS interactors, 0 AS exposed, 0 AS clickers, 0 AS orderers, 0 AS buyers
    FROM visits FINAL
    CROSS JOIN spans
    WHERE stream_id = {stream_id:String} AND `from` < {at:Int64}
      AND coalesce(`to`, 9223372036854775807) > {at:Int64} - span_ms
    GROUP BY span_ms
    UNION ALL
    SELECT
        span_ms,
        0,
        0,
        /* include distinct_acts */
    FROM viewer_acts(stream_id = {stream_id:String})
    CROSS JOIN spans
    WHERE ts < {at:Int64} AND ts >= {at:Int64} - span_ms
    GROUP BY span_ms
)
GROUP BY span_ms
