-- Merges of panes by step, each with the quality of its least certain pane; a step without a stored pane has no row. Steps align to multiples of step_ms since the origin, which lies at or before the range.
SELECT
    intDiv(ts - {origin:Int64}, {step_ms:Int64}) * {step_ms:Int64} + {origin:Int64} AS step_ts,
    toString(max(quality)) AS least_quality,
    /* include merged_panes */
FROM panes FINAL
WHERE stream_id = {stream_id:String} AND ts >= {from:Int64} AND ts < {to:Int64}
GROUP BY step_ts
ORDER BY step_ts
