-- Distinct viewers of each item over the session.
SELECT item_id, exposed, clickers, buyers
FROM
(
    SELECT
        item_id,
        /* include distinct_acts */
    FROM viewer_acts(stream_id = {stream_id:String})
    WHERE item_id != ''
    GROUP BY item_id
)
ORDER BY item_id
