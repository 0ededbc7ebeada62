import { ACTIVITY_COUNTS, emptyPane, PRESENCE_COUNTS } from '#domain';
import type { DistinctCounts } from '#domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryPane } from '../../../test/kit/arbitrary-panes.js';
import { DEFINITIONS, paneMetrics, presentationMetrics, sessionMetrics, windowMetrics } from './catalog.js';
import { addPane, emptyTotals } from './merge.js';

const distinct: DistinctCounts = {
  viewers: 40,
  entrants: 30,
  interactors: 10,
  exposed: 20,
  clickers: 8,
  orderers: 4,
  buyers: 2,
};

const totals = emptyTotals();
for (const n of [0, 1])
  addPane(totals, {
    ...emptyPane('s', n * 1000),
    online: 60 - 20 * n,
    enters: 25,
    leaves: 5,
    viewer_ms: 50_000,
    danmaku: 3,
    follows: 2,
    group_joins: 1,
    orders_created: 4,
    orders_paid: 2,
    orders_refunded: 1,
    units_paid: 3,
    gmv_paid_minor: 1000,
    refund_minor: 300,
    at_risk: new Array<number>(14).fill(10),
    expected_leaves: 2.5,
  });

const facts = {
  online_start: 60,
  credited_orders: 3,
  credited_units: 4,
  credited_gmv_minor: 900,
  other_items_orders: 1,
  handover: { leaves: 3, expected_leaves: 2 },
  item_orders_paid: 5,
  session_seconds: 62,
};

describe('the metrics of a window', () => {
  it('are those of metrics.md, each by its formula', () => {
    expect(windowMetrics(totals, distinct)).toMatchObject({
      viewers: 40,
      entrants: 30,
      views: 50,
      online: 40,
      online_peak: 60,
      online_avg: 50,
      viewer_seconds: 100,
      stay_avg_s: 2.5,
      dropoff_per_min: 6,
      dropoff_ratio: 2,
      retention_30s: 1,
      retention_600s: 1,
      interaction_rate: 0.25,
      danmaku_density: 3600,
      follow_rate: 0.1,
      group_join_rate: 0.05,
      click_rate: 0.4,
      click_to_paid: 0.25,
      view_to_paid: 0.05,
      created_to_paid: 0.5,
      gmv_minor: 2000,
      net_gmv_minor: 1400,
      gpm_view: 40_000,
      uv_value: 50,
      aov: 500,
      refund_rate: 0.5,
    });
  });

  it('that are ratios are null, never 0 or infinite, where the denominator is 0', () => {
    const none: DistinctCounts = {
      viewers: 0,
      entrants: 0,
      interactors: 0,
      exposed: 0,
      clickers: 0,
      orderers: 0,
      buyers: 0,
    };
    const empty = windowMetrics(emptyTotals(), none);
    for (const name of ['stay_avg_s', 'dropoff_per_min', 'aov', 'click_rate', 'gpm_view', 'retention_30s'])
      expect([name, empty[name]]).toEqual([name, null]);
    for (const value of Object.values(empty)) expect(value === null || value === 0).toBe(true);
  });

  it('that need distinct viewers are null without them, and the others are not', () => {
    const { viewers, interaction_rate, gmv_minor, gpm_view } = windowMetrics(totals, null);
    expect({ viewers, interaction_rate, gmv_minor, gpm_view }).toEqual({
      viewers: null,
      interaction_rate: null,
      gmv_minor: 2000,
      gpm_view: 40_000,
    });
  });

  it('of a feed that only reports online have presence null, online and viewer_seconds known', () => {
    const reported = emptyTotals();
    addPane(reported, { ...emptyPane('s', 0), quality: 'reported', online: 9, viewer_ms: 9000, danmaku: 3 });
    const metrics = windowMetrics(reported, { ...distinct, viewers: 0 });
    expect(metrics).toMatchObject({ online: 9, online_peak: 9, online_avg: 9, viewer_seconds: 9, danmaku: 3 });
    for (const name of [
      'enters',
      'leaves',
      'censored',
      'viewers',
      'entrants',
      'views',
      'dropoff_per_min',
      'stay_avg_s',
    ])
      expect([name, metrics[name]]).toEqual([name, null]);
  });
});

describe('the metrics of a session', () => {
  it('are those of a window and the average visit', () => {
    expect(sessionMetrics(totals, distinct)).toEqual({ ...windowMetrics(totals, distinct), visit_avg_s: 2 });
  });
});

describe('the metrics of a presentation', () => {
  it('are those over its panes, its credit and its lift', () => {
    expect(presentationMetrics(totals, distinct, facts)).toMatchObject({
      gmv_minor: 2000,
      seconds: 2,
      online_start: 60,
      online_end: 40,
      credited_orders: 3,
      credited_units: 4,
      credited_gmv_minor: 900,
      other_items_orders: 1,
      handover_dropoff_ratio: 1.5,
      gmv_per_min: 27_000,
      lift: 90 - 2,
    });
  });
});

describe('the metrics of a pane', () => {
  it("are the pane's own counts, viewing time in seconds, and tenure by band", () => {
    fc.assert(
      fc.property(arbitraryPane(0), (drawn) => {
        const pane = { ...drawn, quality: 'final' as const };
        const { viewer_ms, ...counts } = pane;
        const metrics = paneMetrics(pane);
        for (const name of [...ACTIVITY_COUNTS, 'online', 'enters', 'at_risk', 'leaves_by_tenure'] as const)
          expect(metrics[name]).toEqual(counts[name]);
        expect(metrics['viewer_seconds']).toBe(viewer_ms / 1000);
      }),
    );
  });
});

describe('the catalog', () => {
  const names = DEFINITIONS.map(({ name }) => name);

  it('names every metric once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a definition for every number that is given, at the level where it is given', () => {
    const given = {
      pane: paneMetrics(emptyPane('s', 0)),
      window: windowMetrics(totals, distinct),
      session: sessionMetrics(totals, distinct),
      presentation: presentationMetrics(totals, distinct, facts),
    };
    for (const [level, metrics] of Object.entries(given))
      for (const name of Object.keys(metrics))
        expect(DEFINITIONS.find((definition) => definition.name === name)?.levels).toContain(level);
  });

  it('knows every count of a pane', () => {
    const counts = [...ACTIVITY_COUNTS, ...PRESENCE_COUNTS].map((name) =>
      name === 'viewer_ms' ? 'viewer_seconds' : name,
    );
    expect(names).toEqual(expect.arrayContaining(counts));
  });

  it('says every title and description in both languages', () => {
    for (const { title, description } of DEFINITIONS)
      for (const words of [title, description]) {
        expect(words.en).toMatch(/\S/);
        expect(words.zh).toMatch(/[\u4e00-\u9fff]/);
      }
  });

  it('is plain data', () => {
    expect(structuredClone(DEFINITIONS)).toEqual(DEFINITIONS);
  });
});
