-- Events of one session: heartbeats mostly, as feeds have them. viewer v is here from its entry on; ids and times follow
-- from the number alone.
INSERT INTO events (stream_id, event_id, type, ts, effective_ts, lateness, append_ts, input, position, viewer, source,
    item_id, count, text, order_id, quantity, amount_minor, currency)
SETTINGS async_insert = 0, optimize_on_insert = 0
SELECT
    {stream_id:String},
    concat('e', toString(number)),
    multiIf(
        roll < 600, 'heartbeat', roll < 650, 'enter', roll < 700, 'leave', roll < 750, 'danmaku', roll < 850, 'like',
        roll < 930, 'item_expose', roll < 970, 'item_click', roll < 985, 'order_created', roll < 995, 'order_paid', 'follow'
    ) AS type,
    {start:Int64} + intDiv(number * {seconds:Int64} * 1000, {events:UInt64}) AS ts,
    ts,
    'on_time',
    ts + 300,
    'journal',
    number,
    cityHash64({stream_id:String}, cityHash64(number, 1) % {viewers:UInt64}),
    CAST(number % 8, 'Enum8(\'recommend\' = 0, \'follow\' = 1, \'search\' = 2, \'short_video\' = 3, \'ad\' = 4, \'share\' = 5, \'group\' = 6, \'other\' = 7, \'\' = 8)'),
    if(type IN ('item_expose', 'item_click', 'order_created', 'order_paid'),
        concat('item-', toString((intDiv(ts - {start:Int64}, 300000) + {session:UInt64}) % 50)), ''),
    if(type = 'like', 1 + number % 5, 0),
    if(type = 'danmaku', concat(['多少钱', '有货吗', '什么时候发货', '好看', '尺码怎么选', '链接在哪', 'how much', '已拍'][1 + cityHash64(number, 3) % 8], ' ', toString(cityHash64(number, 4) % 997)), ''),
    if(type IN ('order_created', 'order_paid'), concat('o', toString(number)), ''),
    if(type IN ('order_created', 'order_paid'), 1, 0),
    if(type IN ('order_created', 'order_paid'), 990 + 100 * (cityHash64(number, 5) % 90), 0),
    if(type IN ('order_created', 'order_paid'), 'CNY', '')
FROM (SELECT number, cityHash64(number, 2) % 1000 AS roll FROM numbers({events:UInt64}))
