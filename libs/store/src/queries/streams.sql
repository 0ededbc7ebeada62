-- One page of streams whose ids match, newest started first, with what the list shows of each.
WITH page AS
(
    SELECT *
    FROM streams FINAL
    WHERE match(stream_id, {rooms:String})
      AND ({status:Nullable(String)} IS NULL OR status = {status:Nullable(String)})
      AND ({stream_id:Nullable(String)} IS NULL OR stream_id = {stream_id:Nullable(String)})
      AND ({before_started_at:Nullable(Int64)} IS NULL
        OR (started_at, stream_id) < (assumeNotNull({before_started_at:Nullable(Int64)}), {before_stream_id:String}))
    ORDER BY started_at DESC, stream_id DESC
    LIMIT {limit:UInt32}
)
SELECT page.stream_id AS stream_id, page.* EXCEPT (stream_id), online_peak, gmv_minor, viewers, alerts_firing
FROM page
LEFT JOIN
(
    SELECT stream_id, maxOrNull(online) AS online_peak, sum(gmv_paid_minor) AS gmv_minor
    FROM panes FINAL
    WHERE stream_id IN (SELECT stream_id FROM page)
    GROUP BY stream_id
) AS totals USING stream_id
LEFT JOIN
(
    SELECT stream_id, uniqExact(viewer) AS viewers
    FROM visits FINAL
    WHERE stream_id IN (SELECT stream_id FROM page)
    GROUP BY stream_id
) AS audience USING stream_id
LEFT JOIN
(
    SELECT stream_id, count() AS alerts_firing
    FROM alerts FINAL
    WHERE status = 'firing' AND stream_id IN (SELECT stream_id FROM page)
    GROUP BY stream_id
) AS warnings USING stream_id
ORDER BY started_at DESC, stream_id DESC
