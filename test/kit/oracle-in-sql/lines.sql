-- Order lines that count, with their money in the stream's currency: {currency:String}, rates as (currency, over, under).
SELECT
    *,
    toString(type) AS step,
    row_number() OVER (PARTITION BY order_id, type ORDER BY effective_ts, event_id) = 1 AS first_of_order,
    toInt128(amount_minor) * rate.1 AS over,
    intDiv(over, rate.2) AS down,
    over % rate.2 * 2 AS twice_rest,
    if(rate.2 = 0, 0, toInt64(down + (twice_rest > rate.2 OR (twice_rest = rate.2 AND down % 2 = 1)))) AS money
FROM
(
    SELECT *, row_number() OVER (PARTITION BY order_id, item_id, type ORDER BY effective_ts, event_id) AS nth,
        multiIf(currency = {currency:String}, (toInt128(1), toInt128(1)),
            has(splitByChar(',', {rate_of:String}), currency),
            (toInt128({rate_over:Array(Int64)}[indexOf(splitByChar(',', {rate_of:String}), currency)]),
             toInt128({rate_under:Array(Int64)}[indexOf(splitByChar(',', {rate_of:String}), currency)])),
            (toInt128(0), toInt128(0))) AS rate
    FROM events FINAL
    WHERE stream_id = {stream_id:String} AND type IN ('order_created', 'order_paid', 'order_cancelled', 'order_refunded')
      AND lateness != 'too_late' AND ts < {ended_at:Int64}
)
WHERE nth = 1 OR type = 'order_refunded'
