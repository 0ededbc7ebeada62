-- An item every five minutes.
INSERT INTO presentations
SETTINGS async_insert = 0
SELECT
    {stream_id:String},
    concat({stream_id:String}, ':p', toString(number)),
    concat('item-', toString((number + {session:UInt64}) % 50)),
    concat('Item ', toString((number + {session:UInt64}) % 50)),
    4990,
    NULL,
    {start:Int64} + number * 300000,
    {start:Int64} + (number + 1) * 300000,
    false,
    1
FROM numbers(intDiv({seconds:UInt64}, 300))
