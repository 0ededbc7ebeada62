-- Viewers by when their first visit began, counted in cohorts of cohort_ms from the stream's start, and how many of them
-- were present each time of after_ms after their own entry; null until that moment lies before as_of (and before the
-- stream's end) for all of the cohort, and while the cohort may still grow. A source's viewers are those whose first visit
-- came by it, however they came again.
WITH
    (SELECT (started_at, coalesce(ended_at, as_of), status = 'ended') FROM streams FINAL WHERE stream_id = {stream_id:String}) AS stream,
    stream.1 AS started,
    stream.2 AS known_until,
    stream.3 AS over
SELECT
    started + cohort * {cohort_ms:Int64} AS begins,
    count() AS viewers,
    arrayMap(
        (after, present) -> if(max(entered) + after < known_until AND (over OR begins + {cohort_ms:Int64} <= known_until), present, NULL),
        {after_ms:Array(Int64)},
        sumForEach(present_after)
    ) AS present
FROM
(
    SELECT
        viewer,
        min(`from`) AS entered,
        argMin(source, `from`) AS came_by,
        intDiv(greatest(entered - started, 0), {cohort_ms:Int64}) AS cohort,
        arrayMap(
            after -> toUInt64(arrayExists(
                visit -> visit.1 <= entered + after AND entered + after < visit.2,
                groupArray((`from`, coalesce(`to`, 9223372036854775807)))
            )),
            {after_ms:Array(Int64)}
        ) AS present_after
    FROM visits FINAL
    WHERE stream_id = {stream_id:String}
    GROUP BY viewer
)
WHERE entered >= {from:Int64} AND entered < {to:Int64}
  AND ({source:Nullable(String)} IS NULL OR came_by = {source:Nullable(String)})
GROUP BY cohort
ORDER BY cohort
