import type { Alert } from '#domain';
import type { AlertWords } from './alert-en.js';
import type { Formats } from './formats.js';

/** An alert said in one language; what is not known is absent. */
export interface AlertSaid {
  /** What happened, in a sentence. */
  readonly what: string;
  /** The evidence, in a sentence. */
  readonly why: string | null;
  /** How sure it is. */
  readonly sure: string | null;
  /** What else happened at the same time. */
  readonly meanwhile: readonly string[];
  readonly hint: string | null;
  /** It found things together, and cannot tell what brought them about. */
  readonly isAssociation: boolean;
}

/** One language, as far as alerts are said in it: its words, and how it writes figures. */
export interface AlertSpeech {
  readonly words: AlertWords;
  readonly formats: Formats;
}

type Values = Record<string, unknown>;
const number = (values: Values, name: string): number | null => {
  const value = values[name];
  return typeof value === 'number' ? value : null;
};
/** What a table has under a name that others wrote, else the name itself; what every object inherits is no entry. */
const named = (table: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(table, name) ? table[name]! : name;
const part = (values: Values, name: string): Values => {
  const value = values[name];
  return typeof value === 'object' && value !== null ? (value as Values) : {};
};

/** Says an alert by its rule, summary and evidence (libs/detect). A rule without a sentence of its own names its values. */
export const sayAlert = (alert: Alert, speech: AlertSpeech): AlertSaid => {
  switch (alert.rule) {
    case 'dropoff_spike':
      return sayDropoff(alert, speech);
    case 'feed_silent':
      return sayFeedSilent(alert, speech);
    case 'data_stale':
      return sayDataStale(alert, speech);
    case 'viewer_surge':
    case 'viewer_cliff':
    case 'danmaku_surge':
    case 'refund_surge':
    case 'conversion_drop':
    case 'checkout_failure':
      return sayCounts(alert, speech);
    case 'gmv_behind_plan':
    case 'stockout_risk':
    case 'suspicious_traffic':
    case 'move_on':
      return sayShop(alert, speech);
    case 'keyword_surge':
    case 'negative_mood':
    case 'prohibited_words':
      return sayWords(alert, speech);
    default:
      return { ...NOTHING_MORE, what: nameValues(alert, speech), isAssociation: true };
  }
};

const NOTHING_MORE = { why: null, sure: null, meanwhile: [], hint: null };

const sayDropoff = ({ summary, evidence }: Alert, { words, formats }: AlertSpeech): AlertSaid => {
  const { say, cueLabel } = words;
  const kept = part(evidence, 'retention');
  const burst = part(evidence, 'traffic_burst');
  const labels = cueLabels(evidence).map((label) => named(cueLabel, label));
  const low = number(evidence, 'ratio_low');
  const meanwhile = [
    ...(evidence['inferred'] === true ? [say.inferred] : []),
    ...(number(burst, 'enters_per_s') === null
      ? []
      : [say.burst(formats.rate(number(burst, 'enters_per_s')), formats.rate(number(burst, 'usual_enters_per_s')))]),
    ...(labels.length === 0 ? [] : [say.cues(labels.join(', '))]),
  ];
  return {
    what: say.dropoff(
      formats.times(number(summary.values, 'ratio')),
      formats.count(number(summary.values, 'excess_viewers')),
      formats.rate(number(summary.values, 'seconds')),
    ),
    why: [
      say.dropoffWhy(formats.count(number(evidence, 'observed')), formats.rate(number(evidence, 'expected'))),
      ...(number(kept, 'observed') === null
        ? []
        : [say.kept(formats.share(number(kept, 'observed')), formats.share(number(kept, 'expected')))]),
    ].join(' '),
    sure: low === null ? null : say.sure(formats.times(low), formats.times(number(evidence, 'ratio_high'))),
    meanwhile,
    hint: say.hintDropoff,
    isAssociation: true,
  };
};

const cueLabels = (evidence: Values): string[] => {
  const cues = evidence['script_cues'];
  if (!Array.isArray(cues)) return [];
  return [...new Set(cues.map((cue) => String(part({ cue }, 'cue')['label'] ?? '')))].filter((label) => label !== '');
};

/** Rules on counts: what was counted, against what is usual. */
const sayCounts = (
  { rule, summary: { values }, evidence }: Alert,
  { words: { say }, formats }: AlertSpeech,
): AlertSaid => {
  const count = (name: string): string => formats.count(number(values, name));
  const [observed, expected] = [count('observed'), formats.rate(number(values, 'expected'))];
  const seconds = formats.rate(number(values, 'seconds'));
  const sentences: Record<string, () => string> = {
    viewer_surge: () => say.viewerSurge(observed, expected, seconds),
    viewer_cliff: () => say.viewerCliff(count('before'), count('online'), seconds),
    danmaku_surge: () => say.danmakuSurge(observed, expected, seconds),
    refund_surge: () => say.refundSurge(observed, expected, seconds),
    conversion_drop: () => say.conversionDrop(count('chances'), observed, expected),
    checkout_failure: () => say.checkoutFailure(count('chances'), observed, expected),
  };
  return {
    ...NOTHING_MORE,
    what: sentences[rule]!(),
    why: number(evidence, 'missing') === null ? null : say.viewerCliffWhy(count('missing')),
    hint: say.hint[rule] ?? null,
    isAssociation: true,
  };
};

/** Rules on selling: plan, stock, made traffic, and what to sell next. */
const sayShop = ({ rule, summary: { values } }: Alert, { words: { say }, formats }: AlertSpeech): AlertSaid => {
  const count = (name: string): string => formats.count(number(values, name));
  const seconds = (name: string): string => formats.rate(number(values, name));
  const sentences: Record<string, () => string> = {
    gmv_behind_plan: () => say.gmvBehindPlan(formats.share(number(values, 'behind_share'))),
    stockout_risk: () =>
      number(values, 'stock_left') === 0
        ? say.soldOut(seconds('ahead_s'))
        : say.stockoutRisk(count('stock_left'), count('units_per_min'), seconds('lasts_s'), seconds('ahead_s')),
    suspicious_traffic: () =>
      values['cause'] === 'orders'
        ? say.absentOrders(count('absent_orders'), count('orders'), seconds('seconds'))
        : say.tracelessJoins(count('joins'), count('usual_joins'), count('traces'), count('expected_traces')),
    move_on: () =>
      say.moveOn(
        String(values['next_item_title'] ?? values['next_item_id'] ?? ''),
        formats.share(number(values, 'share')),
      ),
  };
  return { ...NOTHING_MORE, what: sentences[rule]!(), hint: say.hint[rule] ?? null, isAssociation: true };
};

/** Rules on what is said: the word or question, and how often; never who. */
const sayWords = (
  { rule, summary: { values }, evidence }: Alert,
  { words: { say, topic }, formats }: AlertSpeech,
): AlertSaid => {
  const count = formats.count(number(values, 'count'));
  const seconds = formats.rate(number(values, 'seconds'));
  const word = String(values['word'] ?? '');
  const asked = typeof values['topic'] === 'string' ? named(topic, values['topic']) : null;
  const expected = formats.rate(number(values, 'expected'));
  const sentences: Record<string, () => string> = {
    keyword_surge: () =>
      asked === null
        ? say.keywordSurge(word, count, expected, seconds)
        : say.questionSurge(asked, count, expected, seconds),
    negative_mood: () =>
      say.negativeMood(
        formats.count(number(values, 'complaints')),
        formats.count(number(values, 'praise')),
        formats.share(number(values, 'usual_share')),
        seconds,
      ),
    prohibited_words: () => say.prohibitedWords(word, count, seconds),
  };
  const example = evidence['example'];
  return {
    ...NOTHING_MORE,
    what: sentences[rule]!(),
    why: typeof example === 'string' && example !== '' ? say.forExample(example) : null,
    hint: (asked === null ? undefined : say.hint[`asked_${String(values['topic'])}`]) ?? say.hint[rule] ?? null,
    isAssociation: rule !== 'prohibited_words',
  };
};

const sayFeedSilent = ({ summary, evidence }: Alert, { words, formats }: AlertSpeech): AlertSaid => {
  const feed = String(summary.values['feed'] ?? evidence['feed'] ?? '');
  const usual = number(evidence, 'usual_gap_s');
  return {
    ...NOTHING_MORE,
    what: words.say.feedSilent(named(words.feed, feed), formats.rate(number(summary.values, 'silent_s'))),
    why: usual === null ? null : words.say.usualGap(formats.rate(usual)),
    hint: words.say.hintFeed,
    isAssociation: false,
  };
};

const sayDataStale = ({ summary }: Alert, { words, formats }: AlertSpeech): AlertSaid => ({
  ...NOTHING_MORE,
  what: words.say.dataStale(formats.rate(number(summary.values, 'log_lag_s'))),
  hint: words.say.hintStale,
  isAssociation: false,
});

const nameValues = ({ summary }: Alert, { words, formats }: AlertSpeech): string =>
  Object.entries(summary.values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const said = typeof value === 'number' ? formats.rate(value) : value;
      return `${words.say.field[name] ?? name.replaceAll('_', ' ')} ${said}`;
    })
    .join(' · ') || summary.key;
