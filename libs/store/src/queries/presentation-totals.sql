-- Panes of each presentation merged. Handover: the 5 panes either side of a change of item, kept apart because an
-- audience always stirs there. The end of the session is no change of item.
SELECT
    presentation_id,
    sumOrNullIf(expected_leaves, in_handover) AS handover_expected_leaves,
    sumIf(leaves, in_handover AND expected_leaves IS NOT NULL) AS handover_leaves,
    /* include merged_panes */
FROM
(
    SELECT
        panes.*,
        presentation_id,
        panes.ts < presentation.`from` + {handover_ms:Int64}
            OR (presentation.`to` < {session_end:Int64} AND panes.ts >= presentation.`to` - {handover_ms:Int64}) AS in_handover
    FROM panes FINAL
    INNER JOIN
    (
        SELECT * FROM presentations FINAL WHERE stream_id = {stream_id:String} AND NOT withdrawn
    ) AS presentation ON panes.stream_id = presentation.stream_id
        AND panes.ts >= presentation.`from` AND panes.ts < coalesce(presentation.`to`, 9223372036854775807)
    WHERE panes.stream_id = {stream_id:String}
)
GROUP BY presentation_id
