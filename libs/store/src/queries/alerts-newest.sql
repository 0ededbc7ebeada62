-- How far the alerts of each stream are stored.
SELECT stream_id, max(seq) AS newest_seq FROM alerts GROUP BY stream_id
