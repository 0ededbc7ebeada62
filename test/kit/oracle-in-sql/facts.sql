-- What the other queries are told: the stream's own end (null without one) and its currency, '' without one.
SELECT
    (SELECT minOrNull(ts) FROM events FINAL
     WHERE stream_id = {stream_id:String} AND type = 'stream_ended' AND lateness != 'too_late') AS ended_at,
    (SELECT argMin(currency, (effective_ts, type != 'stream_started', event_id)) FROM events FINAL
     WHERE stream_id = {stream_id:String} AND lateness != 'too_late' AND currency != '' AND ts < {closed_at:Int64}) AS currency
