-- Distinct viewers by what they did (metrics.md), over rows of viewer_acts.
uniqExactIf(viewer, type IN ('danmaku', 'like', 'follow', 'share')) AS interactors,
uniqExactIf(viewer, type = 'item_expose') AS exposed,
uniqExactIf(viewer, type = 'item_click') AS clickers,
uniqExactIf(viewer, type = 'order_created') AS orderers,
uniqExactIf(viewer, type = 'order_paid') AS buyers
