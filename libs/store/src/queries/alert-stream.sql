-- The stream that an alert is of.
SELECT stream_id FROM alerts WHERE alert_id = {alert_id:String} LIMIT 1
