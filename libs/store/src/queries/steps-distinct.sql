-- Distinct viewers by step. A visit is present in a step where from < its end and to > its start; one that is open, up to
-- the end of the last final pane; before there is one, nobody is.
WITH least(
    {to:Int64},
    coalesce((SELECT max(last_pane) + 1000 FROM streams FINAL WHERE stream_id = {stream_id:String}), 0)
) AS until
SELECT
    step_ts,
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
        arrayJoin(range(
            toUInt64(intDiv(greatest(`from`, {from:Int64}), {step_ms:Int64})),
            toUInt64(intDiv(least(coalesce(`to`, until), until) - 1, {step_ms:Int64})) + 1
        )) * {step_ms:Int64} AS step_ts,
        uniqExact(viewer) AS present,
        0 AS entered, 0 AS interactors, 0 AS exposed, 0 AS clickers, 0 AS orderers, 0 AS buyers
    FROM visits FINAL
    WHERE stream_id = {stream_id:String} AND `from` < until AND coalesce(`to`, until) > {from:Int64}
    GROUP BY step_ts
    UNION ALL
    SELECT intDiv(`from`, {step_ms:Int64}) * {step_ms:Int64} AS step_ts, 0, uniqExact(viewer), 0, 0, 0, 0, 0
    FROM visits FINAL
    WHERE stream_id = {stream_id:String} AND `from` >= {from:Int64} AND `from` < until
    GROUP BY step_ts
    UNION ALL
    SELECT
        intDiv(ts, {step_ms:Int64}) * {step_ms:Int64} AS step_ts,
        0,
        0,
        /* include distinct_acts */
    FROM viewer_acts(stream_id = {stream_id:String})
    WHERE ts >= {from:Int64} AND ts < {to:Int64}
    GROUP BY step_ts
)
GROUP BY step_ts
ORDER BY step_ts
