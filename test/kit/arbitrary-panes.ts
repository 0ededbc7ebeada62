import { emptyItemCounts, emptyPane, emptySourceCounts, PANE_MS, SOURCES, tenureBand } from '#domain';
import type { Pane, Source } from '#domain';
import fc from 'fast-check';

/** One visit of a made-up session, in whole panes from its start: present over `[from, to)`, censored where `to` is `null`. */
export interface MadeVisit {
  from: number;
  to: number | null;
  source: Source;
}

/** The lawful panes `0 … length − 1` of these visits, counted from scratch. */
export const panesOfVisits = (visits: readonly MadeVisit[], length: number): Pane[] =>
  Array.from({ length }, (_, n) => {
    const pane = emptyPane('s', n * PANE_MS);
    for (const { from, to, source } of visits) {
      const last = to ?? length - 1;
      if (from > n || last < n) continue;
      const part = (pane.by_source[source] ??= emptySourceCounts());
      const band = tenureBand(n - from);
      const left = to === n ? 1 : 0;
      const isOpen = last > n;
      for (const counts of [pane, part]) {
        counts.enters += from === n ? 1 : 0;
        counts.leaves += left;
        counts.online += isOpen ? 1 : 0;
        counts.at_risk[band]!++;
        counts.leaves_by_tenure[band]! += left;
      }
      pane.censored += to === null && !isOpen ? 1 : 0;
      pane.viewer_ms += isOpen ? PANE_MS : 0;
    }
    return pane;
  });

export const arbitraryVisits = (length: number): fc.Arbitrary<MadeVisit[]> =>
  fc.array(
    fc
      .record({
        from: fc.nat(length - 1),
        stay: fc.option(fc.nat(length)),
        source: fc.constantFrom(...SOURCES),
      })
      .map(({ from, stay, source }) => ({
        from,
        to: stay === null || from + stay >= length ? null : from + stay,
        source,
      })),
    { maxLength: 30 },
  );

const count = fc.nat(1000);
const arbitraryItem = fc
  .record({ item_clicks: count, orders_paid: fc.nat(3), gmv_paid_minor: fc.integer({ min: 1, max: 1000 }) })
  .map((some) => ({ ...emptyItemCounts(), ...some }));

/** Words that are traps as keys of a record, among plain ones. */
const itemId = fc.constantFrom('a', 'b', '__proto__', 'constructor');

/** Any pane at `ts`, law-abiding or not: for the laws of adding up, which hold for all. */
export const arbitraryPane = (ts: number): fc.Arbitrary<Pane> =>
  fc
    .record({
      enters: count,
      leaves: count,
      viewer_ms: fc.nat(10_000_000),
      danmaku: count,
      gmv_paid_minor: fc.nat(1_000_000_000),
      online: count,
      quality: fc.constantFrom('final', 'inferred', 'reported'),
      at_risk: fc.array(count, { minLength: 14, maxLength: 14 }),
      leaves_by_tenure: fc.array(count, { minLength: 14, maxLength: 14 }),
      items: fc.array(fc.tuple(itemId, arbitraryItem), { maxLength: 3 }),
      money: fc.array(fc.tuple(fc.constantFrom('USD', 'JPY'), fc.integer({ min: 1, max: 1000 })), { maxLength: 2 }),
      sources: fc.uniqueArray(fc.constantFrom(...SOURCES), { maxLength: 3 }),
      expected_leaves: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
      revision: fc.nat(1000),
    })
    .map(({ items, money, sources, ...some }) => ({
      ...emptyPane('s', ts),
      ...some,
      by_item: Object.fromEntries(items),
      other_money: Object.fromEntries(money),
      by_source: Object.fromEntries(sources.map((source) => [source, { ...emptySourceCounts(), online: some.online }])),
    }));

/** The newest rows of a stretch of panes, some of which (`undefined`) were never stored; the first always is. */
export const arbitraryStretch = (length: number): fc.Arbitrary<(Pane | undefined)[]> =>
  fc.tuple(
    ...Array.from({ length }, (_, n) =>
      n === 0
        ? arbitraryPane(0)
        : fc.oneof({ weight: 2, arbitrary: arbitraryPane(n * PANE_MS) }, fc.constant(undefined)),
    ),
  );
