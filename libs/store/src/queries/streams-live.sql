-- Every stream on air with its sales and its peak, newest started first. Viewers are not counted: that reads every visit.
WITH live AS (SELECT * FROM streams FINAL WHERE status = 'live')
SELECT live.stream_id AS stream_id, live.* EXCEPT (stream_id), online_peak, gmv_minor
FROM live
LEFT JOIN
(
    SELECT stream_id, maxOrNull(online) AS online_peak, sum(gmv_paid_minor) AS gmv_minor
    FROM panes FINAL
    WHERE stream_id IN (SELECT stream_id FROM live)
    GROUP BY stream_id
) AS totals USING stream_id
ORDER BY started_at DESC, stream_id DESC
