-- Buyers of a session, and those of them who also paid in a session that began within the days before it.
WITH
    buyers AS
    (
        SELECT DISTINCT viewer FROM order_lines_that_counted(stream_id = {stream_id:String}) WHERE type = 'order_paid'
    ),
    (SELECT started_at FROM streams FINAL WHERE stream_id = {stream_id:String}) AS started
SELECT count() AS buyers, countIf(viewer IN (
    SELECT viewer
    FROM events AS paid FINAL
    INNER JOIN (SELECT stream_id, started_at, ended_at FROM streams FINAL) AS earlier USING stream_id
    WHERE paid.type = 'order_paid' AND paid.lateness != 'too_late'
      AND earlier.started_at < started AND earlier.started_at >= started - {within_ms:Int64}
      AND paid.ts < coalesce(earlier.ended_at, 9223372036854775807)
)) AS repeat_buyers
FROM buyers
