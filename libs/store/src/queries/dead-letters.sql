-- Newest first.
SELECT *
FROM dead_letters FINAL
WHERE ({reason:Nullable(String)} IS NULL OR reason = {reason:Nullable(String)})
  AND ({before_received_at:Nullable(Int64)} IS NULL
    OR (received_at, id) < (assumeNotNull({before_received_at:Nullable(Int64)}), {before_id:String}))
ORDER BY received_at DESC, id DESC
LIMIT {limit:UInt32}
