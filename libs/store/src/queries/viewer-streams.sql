-- Sessions that hold anything of a viewer, and whether each is over.
SELECT stream_id, status = 'ended' AS is_over
FROM streams FINAL
WHERE stream_id IN
(
    SELECT stream_id FROM events WHERE viewer = {viewer:UInt64}
    UNION DISTINCT
    SELECT stream_id FROM visits WHERE viewer = {viewer:UInt64}
)
ORDER BY stream_id
