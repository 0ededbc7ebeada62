-- Buyers of a session, and those of them who also paid in a session that began within the days before it. Which sessions
-- those are is known before events are looked at: their key begins with session and type, so only those payments are read.
WITH
    buyers AS
    (
        SELECT DISTINCT viewer FROM order_lines_that_counted(stream_id = {stream_id:String}) WHERE type = 'order_paid'
    ),
    (SELECT started_at FROM streams FINAL WHERE stream_id = {stream_id:String}) AS started,
    earlier AS
    (
        SELECT stream_id, ended_at FROM streams FINAL
        WHERE started_at < started AND started_at >= started - {within_ms:Int64}
    )
SELECT count() AS buyers, countIf(viewer IN (
    SELECT viewer
    FROM events AS paid FINAL
    INNER JOIN earlier USING stream_id
    WHERE paid.stream_id IN (SELECT stream_id FROM earlier) AND paid.type = 'order_paid'
      AND paid.lateness != 'too_late' AND paid.ts < coalesce(earlier.ended_at, 9223372036854775807)
)) AS repeat_buyers
FROM buyers
