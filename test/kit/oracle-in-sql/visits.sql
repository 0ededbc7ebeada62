-- Visits of a stream from its raw presence events, a small machine folded over each viewer's events in order.
-- Parameters: stream_id, ended_at, timeout_ms, timeouts_from (the first applied heartbeat; beyond all time: no time-outs).
WITH
    -- (moment, rank, event_id, ts, type, is late, source)
    timelines AS
    (
        SELECT viewer, arraySort(groupArray((effective_ts, indexOf(['enter', 'heartbeat', 'leave'], toString(type)), event_id,
            ts, toString(type), lateness = 'late', if(source = '', 'other', toString(source))))) AS events
        FROM events FINAL
        WHERE stream_id = {stream_id:String} AND type IN ('enter', 'heartbeat', 'leave')
          AND lateness != 'too_late' AND effective_ts < {ended_at:Int64}
        GROUP BY viewer
    ),
    -- Before each event, and at the end, the clock is set to its moment: a time-out comes before the event.
    clocked AS
    (
        SELECT viewer, arrayPushBack(
            arrayFlatten(arrayMap(e -> [(e.1, e.2, e.3, e.4, 'clock', e.6, e.7), e], events)),
            ({ended_at:Int64}, toUInt64(0), '', toInt64(0), 'clock', toUInt8(0), '')) AS events
        FROM timelines
    ),
    -- The machine: (from or -1, last sign of life, ts last applied, source, visits, unmatched leaves, first heartbeat applied)
    folded AS
    (
        SELECT viewer, arrayFold((m, e) -> multiIf(
            e.5 = 'clock' AND m.1 >= 0 AND greatest(m.2 + {timeout_ms:Int64}, {timeouts_from:Int64}) <= e.1
                AND greatest(m.2 + {timeout_ms:Int64}, {timeouts_from:Int64}) < {ended_at:Int64},
                (toInt64(-1), m.2, m.3, '',
                    arrayPushBack(m.5, (m.1, greatest(m.2 + {timeout_ms:Int64}, {timeouts_from:Int64}), 'timeout', m.4)),
                    m.6, m.7),
            e.5 = 'clock', m,
            -- Late, and not newer than the last applied: stale.
            e.6 = 1 AND e.4 <= m.3, m,
            e.5 = 'leave' AND m.1 < 0, (m.1, m.2, m.3, m.4, m.5, m.6 + toUInt64(1), m.7),
            e.5 = 'leave', (toInt64(-1), m.2, e.4, '', arrayPushBack(m.5, (m.1, e.1, 'leave', m.4)), m.6, m.7),
            (if(m.1 < 0, e.1, m.1), e.1, e.4, multiIf(m.1 >= 0, m.4, e.5 = 'enter', e.7, 'other'), m.5, m.6,
                if(e.5 = 'heartbeat', least(m.7, e.1), m.7))
        ), events, (toInt64(-1), toInt64(0), toInt64(-1), '',
            CAST([], 'Array(Tuple(Int64, Int64, String, String))'), toUInt64(0), {ended_at:Int64})) AS m
        FROM clocked
    )
SELECT
    toString(viewer) AS viewer,
    m.6 AS unmatched_leave,
    m.7 AS first_heartbeat,
    if(m.1 < 0, m.5, arrayPushBack(m.5, (m.1, {ended_at:Int64}, 'censored', m.4))) AS visits
FROM folded
