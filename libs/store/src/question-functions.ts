/** Aggregates, each also with the endings below (`sumIf`, `countDistinct`). */
const AGGREGATES = `any anyLast argMax argMin avg avgWeighted corr count covarPop covarSamp entropy exponentialMovingAverage
  first_value groupArray groupUniqArray histogram kurtPop last_value max median min quantile quantileExact quantiles
  quantilesExact quantileTDigest simpleLinearRegression skewPop stddevPop stddevSamp sum sumMap topK uniq uniqExact varPop
  varSamp`;
const ENDINGS = `array distinct foreach if ordefault ornull`;

/** What rows are made of: comparing, reckoning, times, texts, lists. None reads anything but its arguments. */
const PLAIN = `
  and or not xor equals notEquals less greater lessOrEquals greaterOrEquals like notLike ilike notILike match in notIn between
  if multiIf ifNull nullIf coalesce isNull isNotNull assumeNotNull toNullable isNaN isFinite isDistinctFrom isNotDistinctFrom
  plus minus multiply divide intDiv intDivOrZero modulo moduloOrZero negate abs sign round floor ceil ceiling trunc roundBankers
  sqrt cbrt exp exp2 exp10 ln log log2 log10 log1p pow power sin cos tan atan atan2 hypot erf greatest least
  cast toInt8 toInt16 toInt32 toInt64 toUInt8 toUInt16 toUInt32 toUInt64 toFloat32 toFloat64 toString toBool toDecimal64
  toDate toDateTime toDateTime64 fromUnixTimestamp64Milli toUnixTimestamp toUnixTimestamp64Milli
  toYear toQuarter toMonth toDayOfMonth toDayOfWeek toHour toMinute toSecond toStartOfDay toStartOfHour toStartOfMinute
  toStartOfFiveMinutes toStartOfTenMinutes toStartOfFifteenMinutes toStartOfInterval toStartOfWeek toStartOfMonth toMonday
  toYYYYMM toYYYYMMDD toTimeZone formatDateTime dateDiff dateAdd dateSub dateTrunc addSeconds addMinutes addHours addDays
  addWeeks subtractSeconds subtractMinutes subtractHours subtractDays subtractWeeks
  toIntervalSecond toIntervalMinute toIntervalHour toIntervalDay toIntervalWeek toIntervalMonth
  length lengthUTF8 char_length empty notEmpty lower upper lowerUTF8 upperUTF8 concat substring substringUTF8 left right trim
  trimLeft trimRight trimBoth reverse position positionUTF8 positionCaseInsensitive positionCaseInsensitiveUTF8
  startsWith endsWith replace replaceOne replaceAll replaceRegexpOne replaceRegexpAll extract extractAll splitByChar
  splitByString countSubstrings countSubstringsCaseInsensitiveUTF8 hasToken multiSearchAny format leftPad rightPad
  array arrayElement arrayMap arrayFilter arrayExists arrayAll arrayCount arraySum arrayAvg arrayMin arrayMax arraySort
  arrayReverseSort arrayReverse arrayDistinct arrayUniq arrayFirst arrayLast arrayFirstIndex arrayConcat arraySlice arrayZip
  arrayEnumerate arrayCumSum arrayDifference arrayStringConcat arrayJoin arrayFlatten has hasAny hasAll indexOf countEqual range
  tuple tupleElement untuple lambda map mapKeys mapValues mapContains
  JSONExtract JSONExtractString JSONExtractInt JSONExtractFloat JSONExtractBool JSONExtractRaw JSONExtractKeys JSONHas
  JSONLength JSONExtractArrayRaw JSONExtractKeysAndValues
  row_number rank dense_rank percent_rank ntile lag lead lagInFrame leadInFrame nth_value
  cityHash64 sipHash64 hex bitAnd bitOr bitXor grouping exists now now64 today yesterday`;

const wordsOf = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((name) => name.toLowerCase());

const ALLOWED: ReadonlySet<string> = new Set([
  ...wordsOf(PLAIN),
  ...wordsOf(AGGREGATES),
  ...wordsOf(AGGREGATES).flatMap((name) => wordsOf(ENDINGS).map((ending) => name + ending)),
]);

/** Whether a question may call this function. Names that the engine tells apart by case are refused by the engine. */
export const mayCall = (name: string): boolean => ALLOWED.has(name.toLowerCase());
