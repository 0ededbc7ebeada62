import { FEEDS, type AlertRule, type RuleParameter, type RuleSettings, type RuleValue } from '#domain';
import { DEFAULT_RULES, type DetectRules } from './rules.js';

/** A rule that decides, and whose settings can be changed. */
export type SettableRule = AlertRule & keyof DetectRules;

export const SETTABLE_RULES = Object.keys(DEFAULT_RULES) as SettableRule[];

export const isSettable = (rule: AlertRule): rule is SettableRule => Object.hasOwn(DEFAULT_RULES, rule);

type NamesOf<Settings> = Settings extends unknown ? keyof Settings : never;
type ParameterName = NamesOf<DetectRules[keyof DetectRules]>;
type Spec = Omit<RuleParameter, 'name'>;

const number = (unit: string, min: number, max: number, en: string, zh: string): Spec => ({
  ...{ kind: 'number', unit, min, max, title: { en, zh } },
});
const seconds = (max: number, en: string, zh: string): Spec => number('s', 0, max, en, zh);

/** What each setting is, whichever rule has it: one line a setting, and none may be left out. */
const PARAMETERS: Record<ParameterName, Spec> = {
  enabled: { kind: 'flag', unit: '', title: { en: 'On', zh: '启用' } },
  severity: {
    ...{ kind: 'choice', unit: '', choices: ['info', 'warning', 'critical'] },
    title: { en: 'Severity', zh: '级别' },
  },
  for_s: seconds(600, 'Must hold for', '须持续'),
  resolve_after_s: seconds(3_600, 'Resolves after calm of', '平静多久后恢复'),
  cool_down_s: seconds(7_200, 'Quiet after it resolved', '恢复后静默'),
  warm_up_s: seconds(3_600, 'Warm-up', '学习期'),
  presentation_grace_s: seconds(120, 'Silent after an item comes on', '换品后静默'),
  lottery_grace_s: seconds(300, 'Silent after a giveaway ends', '抽奖结束后静默'),
  feed_grace_s: seconds(600, 'Silent after the feed is back', '数据恢复后静默'),
  burst_grace_s: seconds(600, 'Silent after a burst, where leaves are inferred', '推断离开时，流量涌入后静默'),
  min_excess_viewers: number('viewers', 0, 1e6, 'At least so many viewers too many', '至少多流失人数'),
  min_excess_share: number('', 0, 1, 'At least this share of the audience', '至少占在线比例'),
  silent_after_s: { kind: 'numbers', unit: 's', min: 1, max: 86_400, choices: FEEDS, title: { en: 'Silent after, by feed', zh: '各数据源静默时限' } }, // prettier-ignore
  usual_gaps: number('', 0, 1_000, 'And so many of its usual gaps', '且超过平时间隔的倍数'),
  going_on_s: seconds(600, 'Another feed was heard within', '其他数据源在此时间内有消息'),
  log_lag_s: number('s', 1, 3_600, 'Log lag above', '日志落后超过'),
  ratio: number('×', 1.05, 100, 'So many times the usual', '达到平时的倍数'),
  threshold: number('nats', 0.5, 1_000, 'Score to pass', '触发分数'),
  min_excess: number('', 0, 1e6, 'At least so many more than usual', '至少超出平时'),
  surge_s_max: number('s', 10, 7_200, 'Longer than this is no surge', '超过此时长不算激增'),
  least_per_s: number('1/s', 1e-5, 1e4, 'At least so many count as usual', '常态下限'),
  window_s: number('s', 10, 600, 'Counted over', '统计窗口'),
  min_chances: number('', 1, 1e6, 'The usual is known from so many on', '至少样本数'),
  min_expected: number('', 1, 1e5, 'At least so many expected', '至少预期数'),
  at_most: number('', 0, 1, 'At most this share of what is expected', '不超过预期的比例'),
  dispersion: number('', 1, 100, 'Over-dispersion', '过度离散'),
  min_messages: number('messages', 1, 1e5, 'At least so many messages', '至少消息数'),
  min_complaints: number('messages', 1, 1e5, 'At least so many complaints', '至少抱怨数'),
  least_share: number('', 1e-4, 1, 'At least this share counts as usual', '常态比例下限'),
  word_threshold: number('nats', 0.5, 1_000, 'Score to pass, of a word', '词语触发分数'),
  firing_max: number('', 1, 50, 'So many fire at a time', '同时告警上限'),
  above: number('', 0, 1, 'Share of complaints above the usual by', '抱怨比例超出平时'),
  prior_share: number('', 0, 1, 'Usual share before it is learned', '学习前的常态比例'),
  prior_messages: number('messages', 0, 1e5, 'Weight of that share', '该比例的权重'),
  within_s: number('s', 5, 600, 'Within', '时间范围'),
  session_s: number('s', 60, 172_800, 'Planned length of the session', '计划直播时长'),
  behind_share: number('', 0.01, 1, 'Behind what is due by this share', '落后应有进度的比例'),
  min_units: number('units', 1, 1e5, 'The pace is known from so many units on', '至少售出件数'),
  presentation_s: number('s', 10, 7_200, 'Usual length of a presentation, to begin with', '讲解时长初始值'),
  least_ahead_s: seconds(1_800, 'A presentation goes on for at least', '讲解至少还会持续'),
  min_joins: number('viewers', 1, 1e6, 'At least so many joins more than usual', '至少多进入人数'),
  min_orders: number('orders', 1, 1e5, 'At least so many orders', '至少订单数'),
  absent_share: number('', 0, 1, 'Share of orders by nobody present', '不在场下单的比例'),
  least_on_s: seconds(3_600, 'The item has been on for', '当前商品至少已讲解'),
  opening_s: number('s', 10, 1_800, 'The opening of a presentation', '开场时长'),
  deviations: number('σ', 0.5, 20, 'Standard deviations to pass', '触发标准差'),
  min_viewers: number('viewers', 0, 1e6, 'At least so many viewers fewer', '至少减少人数'),
  min_share: number('', 0, 1, 'And this share of the room', '且占在线比例'),
};

/** The parameters of a rule, in the order of its settings. */
export const parametersOf = (rule: SettableRule): RuleParameter[] =>
  Object.keys(DEFAULT_RULES[rule]).map((name) => ({ name, ...PARAMETERS[name as ParameterName] }));

/** Settings that may be set; or what is wrong with the first that may not, and what is allowed. */
export const checkSettings = (
  rule: SettableRule,
  settings: Partial<RuleSettings>,
): { ok: true } | { ok: false; detail: string } => {
  const parameters = new Map(parametersOf(rule).map((parameter) => [parameter.name, parameter]));
  for (const [name, value] of Object.entries(settings)) {
    const parameter = parameters.get(name);
    if (parameter === undefined) {
      const known = [...parameters.keys()].join(', ');
      return { ok: false, detail: `"${rule}" has no parameter "${name}"; it has ${known}` };
    }
    const allowed = wrongWith(parameter, value);
    if (allowed !== null) return { ok: false, detail: `"${name}" of "${rule}" must be ${allowed}` };
  }
  return { ok: true };
};

/** What would be right, where the value is not. */
const wrongWith = (parameter: RuleParameter, value: RuleValue | undefined): string | null => {
  const { kind, choices = [] } = parameter;
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'choice':
      return choices.some((choice) => choice === value) ? null : `one of ${choices.join(', ')}`;
    case 'number':
      return isWithin(value, parameter) ? null : `a number ${rangeOf(parameter)}`;
    case 'numbers': {
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      const isRight = isObject && isExactly(Object.keys(value), choices) && Object.values(value).every((each) => each === null || isWithin(each as RuleValue, parameter)); // prettier-ignore
      return isRight ? null : `for each of ${choices.join(', ')} a number ${rangeOf(parameter)}, or null`;
    }
    case 'words': {
      const isRight = Array.isArray(value) && value.length <= WORDS_MAX && value.every(isWord);
      return isRight ? null : `a list of at most ${WORDS_MAX} words of 1 to ${WORD_LENGTH_MAX} characters`;
    }
  }
};

const WORDS_MAX = 1_000;
const WORD_LENGTH_MAX = 64;
const isWord = (word: unknown): boolean =>
  typeof word === 'string' && word.trim() !== '' && word.length <= WORD_LENGTH_MAX;

const isWithin = (value: RuleValue | undefined, { min = -Infinity, max = Infinity }: RuleParameter): boolean =>
  typeof value === 'number' && value >= min && value <= max;

const rangeOf = ({ min, max, unit }: RuleParameter): string => `from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`;

const isExactly = (names: readonly string[], expected: readonly string[]): boolean =>
  names.length === expected.length && expected.every((name) => names.includes(name));
