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
  it('a question that surges is named, with an example and what to do, in both languages', () => {
    const values = { topic: 'lag', count: 31, expected: 2.4, seconds: 45, example: '卡了' };
    const surge = alert({ rule: 'keyword_surge', summary: { key: 'k', values }, evidence: values });
    expect(sayAlert(surge, speechOf('en'))).toMatchObject({
      what: '31 messages in 45 s about picture or sound: something fails; 2.4 are usual.',
      why: 'For example: 卡了',
      hint: 'Check picture, sound and upload now.',
    });
    expect(sayAlert(surge, speechOf('zh')).what).toBe('45 秒内 31 条弹幕问到画面或声音异常，平时约 2.4 条。');
  });
  it('a word that surges, complaints and a forbidden word are said', () => {
    const say = (rule: Alert['rule'], values: Record<string, string | number>) =>
      sayAlert(alert({ rule, summary: { key: 'k', values }, evidence: {} }), speechOf('en')).what;
    expect(say('keyword_surge', { word: '电池', count: 20, expected: 1, seconds: 45 })).toMatch(
      /^“电池” in 20 messages/,
    );
    expect(say('prohibited_words', { word: '加微信', count: 1, seconds: 45 })).toMatch(/“加微信” in one message/);
    const mood = { complaints: 18, praise: 2, usual_share: 0.2, seconds: 45 };
    expect(say('negative_mood', mood)).toMatch(/18 complaints against 2 .* usually 20/);
  });
  it('a question or cue with the name of what every object has is said by that name', () => {
    const values = { topic: 'constructor', count: 31, expected: 2.4, seconds: 45 };
    const surge = alert({ rule: 'keyword_surge', summary: { key: 'k', values } });
    expect(sayAlert(surge, speechOf('en')).what).toBe('31 messages in 45 s about constructor; 2.4 are usual.');
    const cued = alert({ evidence: { observed: 83, expected: 35.9, script_cues: [{ label: 'constructor' }] } });
    expect(sayAlert(cued, speechOf('en')).meanwhile.join()).not.toContain('native code');
  });
  it('a rule without a sentence of its own still names its values', () => {
    const said = sayAlert(
      alert({ rule: 'of_tomorrow' as Alert['rule'], summary: { key: 'k', values: { word: '电池', growth: 6.2 } } }),
      speechOf('en'),
    );
    expect(said.what).toBe('word 电池 · growth 6.2');
    expect(
      sayAlert(alert({ rule: 'of_tomorrow' as Alert['rule'], summary: { key: 'k', values: {} } }), speechOf('en')).what,
    ).toBe('k');
  });
});
