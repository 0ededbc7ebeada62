import { describe, expect, it } from '@jest/globals';
import type { Alert, AlertDecision } from '#domain';
import { pane } from '../../../../test/kit/stored-rows.js';
import { alertDifferences, paneDifferences } from './recounts.js';

const alert = (alert_id: string, rule = 'dropoff_spike'): Alert => ({ alert_id, rule, detected_at: 7 }) as Alert;

describe('what comes out again', () => {
  it('is the same whatever its revision and the order of its names', async () => {
    const stored = { ...pane('s', 1000, { leaves: 2, other_money: { USD: 1, JPY: 2 } }), revision: 5 };
    const again = { ...stored, revision: 9, other_money: { JPY: 2, USD: 1 } };
    expect(await paneDifferences(new Map([[1000, again]]), [stored])).toEqual([]);
  });

  it('is named where it is not: a pane that is missing, a figure, an alert more or less', async () => {
    const stored = [pane('s', 1000, { leaves: 2 }), pane('s', 2000, {})];
    expect(await paneDifferences(new Map([[1000, pane('s', 1000, { leaves: 3 })]]), stored)).toEqual([
      'pane 1000: leaves is stored as 2 and came out as 3',
      'pane 2000 is stored, and did not come out again',
    ]);
    const told = [alert('a'), alert('b'), alert('m', 'data_stale')];
    expect(alertDifferences([alert('a'), alert('c', 'viewer_surge')] as AlertDecision[], told)).toEqual([
      'alert dropoff_spike of 7 was told, and did not come out again',
      'alert viewer_surge of 7 came out, and had not been told',
    ]);
  });

  it('is not the same where only one of both has a name, in lists and records alike', async () => {
    const stored = pane('s', 1000, { other_money: { JPY: 2 } });
    const again = { ...stored, other_money: {}, at_risk: [...stored.at_risk, 1] };
    expect(await paneDifferences(new Map([[1000, again]]), [stored])).toHaveLength(2);
    expect(await paneDifferences(new Map([[1000, stored]]), [again])).toHaveLength(2);
  });

  it('is compared a slice at a time, and no further than what is told', async () => {
    const stored = Array.from({ length: 5_000 }, (_, second) => pane('s', second * 1000, {}));
    const again = new Map(stored.map((one) => [one.ts, one]));
    let turns = 0;
    let other = setImmediate(function turn() {
      turns++;
      other = setImmediate(turn);
    });
    expect(await paneDifferences(again, stored)).toEqual([]);
    clearImmediate(other);
    expect(turns).toBeGreaterThanOrEqual(9);
    expect(await paneDifferences(new Map(), stored)).toHaveLength(20);
  });
});
