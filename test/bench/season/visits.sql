-- One visit of each viewer, of some tens of seconds to some minutes.
INSERT INTO visits
SETTINGS async_insert = 0, optimize_on_insert = 0
SELECT
    {stream_id:String},
    cityHash64({stream_id:String}, number),
    {start:Int64} + cityHash64(number, 6) % ({seconds:UInt64} * 900) AS begins,
    begins + 5000 + cityHash64(number, 7) % 240000,
    'leave',
    ['recommend', 'follow', 'search', 'ad'][1 + number % 4],
    number % 3 = 0,
    1
FROM numbers({viewers:UInt64})
