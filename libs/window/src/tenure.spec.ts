import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SOURCES, TENURE_BANDS, emptyPane, tenureBand } from '#domain';
import { advanceTenure, emptyTenure, layTenure, visitBegins, visitEnds, type Tenure } from './tenure.js';

const SOURCE_CODES = 3;
/** Event time begins in 2000: no pane has a small index. */
const PANE = 1_760_000_000;

/** Bands of the open visits of one source, counted one by one. */
const recount = (open: readonly { source: number; began: number }[], source: number, pane: number): number[] => {
  const bands = new Array<number>(TENURE_BANDS).fill(0);
  for (const visit of open) if (visit.source === source) bands[tenureBand(pane - visit.began)]!++;
  return bands;
};
const bandsOf = (tenure: Tenure, source: number): number[] => [
  ...(tenure.sources[source]?.bands ?? new Array<number>(TENURE_BANDS).fill(0)),
];

describe('tenure', () => {
  it('is, in every pane, what counting the open visits one by one gives', () => {
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.record({ does: fc.constant('begin' as const), n: fc.nat(SOURCE_CODES - 1) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('end' as const), n: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 70 }) }) },
      {
        weight: 1,
        arbitrary: fc.record({ does: fc.constant('wait' as const), n: fc.integer({ min: 590, max: 1300 }) }),
      },
    );
    fc.assert(
      fc.property(fc.nat(5000), fc.array(act, { maxLength: 120 }), (first, acts) => {
        const tenure = emptyTenure();
        advanceTenure(tenure, PANE + first);
        const open: { source: number; began: number }[] = [];
        for (const { does, n } of acts) {
          if (does === 'wait') advanceTenure(tenure, tenure.pane + n);
          if (does === 'begin') {
            visitBegins(tenure, n);
            open.push({ source: n, began: tenure.pane });
          }
          if (does === 'end' && open.length > 0) {
            const [{ source, began }] = open.splice(n % open.length, 1) as [(typeof open)[number]];
            visitEnds(tenure, source, began, 'leave');
          }
          for (let source = 0; source < SOURCE_CODES; source++) {
            expect(bandsOf(tenure, source)).toEqual(recount(open, source, tenure.pane));
          }
        }
      }),
    );
  });

  it('is the same pane by pane and in one leap', () => {
    for (const leap of [1, 3, 59, 599, 600, 601, 1200, 1201]) {
      const [slow, fast] = [emptyTenure(), emptyTenure()];
      for (const tenure of [slow, fast]) {
        for (const at of [PANE, PANE + 1, PANE + 30]) {
          advanceTenure(tenure, at);
          visitBegins(tenure, 0);
        }
      }
      for (let pane = PANE + 31; pane <= PANE + 30 + leap; pane++) advanceTenure(slow, pane);
      advanceTenure(fast, PANE + 30 + leap);
      expect(bandsOf(fast, 0)).toEqual(bandsOf(slow, 0));
    }
  });

  it('of a pane: at risk is who was there at its start or came in it; whoever is censored was at risk and did not leave', () => {
    const tenure = emptyTenure();
    advanceTenure(tenure, PANE);
    for (let i = 0; i < 4; i++) visitBegins(tenure, 0);
    layTenure(tenure, emptyPane('s', 0));
    advanceTenure(tenure, PANE + 3);
    visitBegins(tenure, 0);
    visitEnds(tenure, 0, PANE, 'leave');
    visitEnds(tenure, 0, PANE, 'timeout');
    visitEnds(tenure, 0, PANE, 'censored');
    const pane = emptyPane('s', 0);
    layTenure(tenure, pane);
    expect(pane).toMatchObject({ enters: 1, leaves: 2 });
    expect(pane.at_risk.slice(0, 2)).toEqual([1, 4]);
    expect(pane.leaves_by_tenure.slice(0, 2)).toEqual([0, 2]);
    expect(pane.by_source).toEqual({
      [SOURCES[0]]: {
        enters: 1,
        leaves: 2,
        online: 2,
        at_risk: pane.at_risk,
        leaves_by_tenure: pane.leaves_by_tenure,
        orders_paid: 0,
        gmv_paid_minor: 0,
      },
    });
  });
});
