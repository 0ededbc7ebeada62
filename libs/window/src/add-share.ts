import { ITEM_COUNTS, PANE_COUNTS, SOURCES, convertMinor, type FxRates, type Pane } from '#domain';
import { itemCounts } from './activity.js';
import { copyOf } from './correct.js';
import { sourceCounts } from './presence.js';

/**
 * Adds (1) one lane's share of a pane to it, or takes it away again (−1). Shares add up in any order and any grouping,
 * and the empty pane is the identity; the revision and what the detector expects are the whole pane's own.
 */
export const addShare = (pane: Pane, share: Pane, sign: 1 | -1): void => {
  for (const count of PANE_COUNTS) pane[count] += sign * share[count];
  pane.online += sign * share.online;
  addEach(pane.at_risk, share.at_risk, sign);
  addEach(pane.leaves_by_tenure, share.leaves_by_tenure, sign);
  for (const item_id of Object.keys(share.by_item)) {
    const counts = itemCounts(pane, item_id);
    for (const count of ITEM_COUNTS) counts[count] += sign * share.by_item[item_id]![count];
  }
  for (const source of SOURCES) {
    const more = share.by_source[source];
    if (more === undefined) continue;
    const counts = sourceCounts(pane, source);
    for (const count of SOURCE_COUNTS) counts[count] += sign * more[count];
    addEach(counts.at_risk, more.at_risk, sign);
    addEach(counts.leaves_by_tenure, more.leaves_by_tenure, sign);
  }
  for (const [currency, amount] of Object.entries(share.other_money))
    pane.other_money[currency] = (pane.other_money[currency] ?? 0) + sign * amount;
};

/**
 * A share whose money is counted in another currency than the stream's, in the stream's: a lane that had orders before
 * it was told the currency took that of its first. Sums are converted, not lines; where there is no rate, what was paid
 * is kept apart.
 */
export const inCurrency = (pane: Pane, from: string, to: string, rates: FxRates): Pane => {
  const converted = copyOf(pane);
  const paid = pane.gmv_paid_minor;
  for (const money of MONEY) {
    converted[money] = convertMinor(pane[money], from, to, rates) ?? 0;
    for (const counts of Object.values(converted.by_item))
      counts[money] = convertMinor(counts[money], from, to, rates) ?? 0;
  }
  for (const counts of Object.values(converted.by_source))
    counts.gmv_paid_minor = convertMinor(counts.gmv_paid_minor, from, to, rates) ?? 0;
  if (paid > 0 && convertMinor(paid, from, to, rates) === null)
    converted.other_money[from] = (converted.other_money[from] ?? 0) + paid;
  return converted;
};

const SOURCE_COUNTS = ['enters', 'leaves', 'online', 'orders_paid', 'gmv_paid_minor'] as const;
const MONEY = ['gmv_created_minor', 'gmv_paid_minor', 'refund_minor'] as const;

const addEach = (into: number[], from: readonly number[], sign: 1 | -1): void => {
  for (let i = 0; i < into.length; i++) into[i]! += sign * from[i]!;
};
