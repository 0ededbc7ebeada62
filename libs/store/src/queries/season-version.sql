-- A name for what the sessions that began in a range are now, whatever was erased of any: while it is the same, so are they.
SELECT concat(
    toString(groupBitXor(cityHash64(stream_id, revision))), ' ',
    toString((SELECT max(erased_at) FROM erasures))
) AS version
FROM streams FINAL
WHERE started_at >= {from:Int64} AND started_at < {to:Int64}
