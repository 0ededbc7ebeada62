import type { MetricDefinition } from '#domain';

/** What is computed on reading, from visits and raw events, and so has a definition here and its code in the store. */
export const READ_METRICS: readonly MetricDefinition[] = [
  {
    name: 'retention',
    unit: 'ratio by second of tenure',
    formula: 'retention(τ) = Π over s < τ of (1 − leaves / at_risk of the band of s)',
    levels: ['window', 'session', 'presentation'],
    additive: false,
    dimensions: ['source'],
    title: { en: 'Retention curve', zh: '留存曲线' },
    description: {
      en: 'Share of visits that last at least so many seconds; those still watching are not counted as lost.',
      zh: '观看至少若干秒的比例曲线，仍在观看的不算流失。',
    },
  },
  {
    name: 'cohort_retention',
    unit: 'ratio',
    formula: 'of viewers whose first visit began in minute m: share present 1, 3, 5, 10, 30 min after their own entry',
    levels: ['session'],
    additive: false,
    dimensions: ['source'],
    title: { en: 'Cohort retention', zh: '分批留存' },
    description: {
      en: 'Of those who first came in the same minute, the share present some minutes later; empty until that time has passed for all.',
      zh: '同一分钟首次进入的观众在若干分钟后仍在场的比例，时间未到时为空。',
    },
  },
  {
    name: 'repurchase_rate',
    unit: 'ratio',
    formula: 'buyers who also paid in an earlier stored session (90 days) / buyers',
    levels: ['session'],
    additive: false,
    dimensions: [],
    title: { en: 'Repurchase rate', zh: '复购率' },
    description: {
      en: 'Share of buyers who had already paid in an earlier session within 90 days, as known now.',
      zh: '90 天内在更早场次也有成交的买家占比，截至当前。',
    },
  },
  {
    name: 'funnel',
    unit: 'viewers by layer',
    formula: 'distinct viewers: entered → exposed → clicked → created → paid, each layer within the one before',
    levels: ['window', 'session'],
    additive: false,
    dimensions: ['item', 'source'],
    title: { en: 'Funnel', zh: '漏斗' },
    description: {
      en: 'How many people got how far, from entering to paying; beside it the number of events.',
      zh: '从进入到成交，各环节剩余的人数；旁列事件次数。',
    },
  },
];
