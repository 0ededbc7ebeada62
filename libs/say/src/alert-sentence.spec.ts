import { describe, expect, it } from '@jest/globals';
import type { Alert } from '#domain';
import { alertSpeechOf as speechOf } from './alert-speech.js';
import { sayAlert } from './alert-sentence.js';

const alert = (change: Partial<Alert>): Alert => ({
  alert_id: 'a', stream_id: 's', seq: 1, rule: 'dropoff_spike', severity: 'warning', status: 'firing', started_at: 0,
  detected_at: 0, updated_at: 0, resolved_at: null, sent_at: null, acked_at: null, item_id: null,
  presentation_id: null, summary: { key: 'alert.dropoff_spike.item', values: { ratio: 2.31, excess_viewers: 47, seconds: 13 } },
  evidence: { observed: 83, expected: 35.9, ratio_low: 1.83, ratio_high: 2.9 }, hint: null, acked_by: null, outcome: null,
  ...change,
}); // prettier-ignore

describe('an alert in words', () => {
  it('a drop-off says how much, how sure and what was expected, in both languages', () => {
    const english = sayAlert(alert({}), speechOf('en'));
    expect(english.what).toBe('Leaves at ×2.31 of what this audience should show: 47 viewers too many in 13 s.');
    expect(english.why).toBe('83 left, 35.9 expected of who was here.');
    expect(english.sure).toBe('95 % between ×1.83 and ×2.90');
    expect(english.isAssociation).toBe(true);
    expect(sayAlert(alert({}), speechOf('zh')).what).toContain('×2.31');
  });
  it('a rule without a sentence of its own still names its values', () => {
    const said = sayAlert(
      alert({ rule: 'keyword_surge', summary: { key: 'k', values: { word: '电池', growth: 6.2 } } }),
      speechOf('en'),
    );
    expect(said.what).toBe('word 电池 · growth 6.2');
    expect(sayAlert(alert({ rule: 'move_on', summary: { key: 'k', values: {} } }), speechOf('en')).what).toBe('k');
  });
});
