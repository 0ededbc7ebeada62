-- How many alerts of each stream and rule have which outcome.
SELECT stream_id, rule, outcome, count() AS alerts
FROM alerts FINAL
WHERE {stream_id:Nullable(String)} IS NULL OR stream_id = {stream_id:Nullable(String)}
GROUP BY stream_id, rule, outcome
