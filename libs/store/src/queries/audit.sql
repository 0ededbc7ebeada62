-- Newest first.
SELECT *
FROM audit FINAL
WHERE at >= {from:Int64} AND at < {to:Int64}
  AND ({before_at:Nullable(Int64)} IS NULL
    OR (at, id) < (assumeNotNull({before_at:Nullable(Int64)}), {before_id:String}))
ORDER BY at DESC, id DESC
LIMIT {limit:UInt32}
