-- Enters, leaves and online of each pane in which one of them changed. /* visits */ stands for visits.sql.
WITH
    ends AS
    (
        SELECT visit.1 AS began, if(visit.3 = 'censored', visit.2 - 1, visit.2) AS ended, visit.3 AS how
        FROM (/* visits */) ARRAY JOIN visits AS visit
    ),
    changes AS
    (
        SELECT intDiv(began, 1000) * 1000 AS pane, 1 AS enters, 0 AS leaves, 0 AS timeouts, 0 AS censored FROM ends
        UNION ALL
        SELECT intDiv(ended, 1000) * 1000, 0, how != 'censored', how = 'timeout', how = 'censored' FROM ends
    )
SELECT
    pane,
    toInt64(sum(enters)) AS enters,
    toInt64(sum(leaves)) AS leaves,
    toInt64(sum(timeouts)) AS timeouts,
    toInt64(sum(censored)) AS censored,
    toInt64(sum(sum(enters) - sum(leaves) - sum(censored)) OVER (ORDER BY pane)) AS online
FROM changes
GROUP BY pane
ORDER BY pane
