import type { MetricDefinition } from '#domain';
import { lift } from './credit.js';
import type { PresentationMetric } from './metric.js';
import { ratio } from './ratio.js';

const OF_A_PRESENTATION: Pick<MetricDefinition, 'levels' | 'additive' | 'dimensions'> = {
  levels: ['presentation'],
  additive: false,
  dimensions: [],
};

/** What one uninterrupted time of an item on air has besides the metrics over its panes. */
export const PRESENTATION_METRICS: readonly PresentationMetric[] = [
  {
    ...OF_A_PRESENTATION,
    name: 'seconds',
    unit: 'seconds',
    formula: 'number of panes',
    additive: true,
    title: { en: 'Length', zh: '讲解时长' },
    description: { en: 'Seconds the item was on.', zh: '该次讲解持续的秒数。' },
    result: (totals) => totals.panes,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'online_start',
    unit: 'viewers',
    formula: 'online of the pane before its first, 0 before the first of the stream',
    title: { en: 'Online at the start', zh: '开始时在线人数' },
    description: {
      en: 'Viewers online at the moment it began.',
      zh: '讲解开始那一刻的在线人数。',
    },
    result: (_, facts) => facts.online_start,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'online_end',
    unit: 'viewers',
    formula: 'online of its last pane',
    title: { en: 'Online at the end', zh: '结束时在线人数' },
    description: {
      en: 'Viewers online at the end of its last second.',
      zh: '讲解最后一秒结束时的在线人数。',
    },
    result: (totals) => totals.online_last,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'credited_orders',
    unit: 'orders',
    formula: 'orders of its item first paid from its first pane until 60 s after its last, before the item is on again',
    additive: true,
    title: { en: 'Credited orders', zh: '讲解成交订单数' },
    description: {
      en: 'Paid orders of this item that this presentation is credited with.',
      zh: '归因到该次讲解的本商品成交订单数。',
    },
    result: (_, facts) => facts.credited_orders,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'credited_units',
    unit: 'units',
    formula: 'Σ quantity of the credited lines',
    additive: true,
    title: { en: 'Credited units', zh: '讲解成交件数' },
    description: {
      en: 'Pieces of this item in the orders this presentation is credited with.',
      zh: '归因到该次讲解的本商品成交件数。',
    },
    result: (_, facts) => facts.credited_units,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'credited_gmv_minor',
    unit: 'minor units of currency',
    formula: 'Σ amount of the credited lines',
    additive: true,
    title: { en: 'Credited GMV', zh: '讲解成交金额' },
    description: {
      en: 'Value of this item in the orders this presentation is credited with.',
      zh: '归因到该次讲解的本商品成交金额。',
    },
    result: (_, facts) => facts.credited_gmv_minor,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'other_items_orders',
    unit: 'orders',
    formula: 'orders with a line of another item first paid in its panes',
    title: { en: 'Orders of other items', zh: '其他商品成交订单数' },
    description: {
      en: 'Orders of other items paid while this one was on; it gets no credit for them.',
      zh: '讲解期间其他商品的成交订单数，不归因到该次讲解。',
    },
    result: (_, facts) => facts.other_items_orders,
  },
  {
    ...OF_A_PRESENTATION,
    name: 'handover_dropoff_ratio',
    unit: 'ratio',
    formula:
      'Σ leaves / Σ expected leaves, over panes with an expectation among its first 5 and, unless the session ends with it, its last 5',
    title: { en: 'Drop-off at handover', zh: '换品时流失比' },
    description: {
      en: 'Drop-off against expected in the seconds next to a change of item, when an audience always stirs.',
      zh: '换品前后各 5 秒内的实际离开与预期离开之比，此时观众本来就会有波动。',
    },
    result: (_, { handover }) =>
      handover.expected_leaves === null ? null : ratio(handover.leaves, handover.expected_leaves),
  },
  {
    ...OF_A_PRESENTATION,
    name: 'gmv_per_min',
    unit: 'minor units of currency per minute',
    formula: '60 · credited_gmv_minor / seconds',
    title: { en: 'GMV per minute', zh: '每分钟成交金额' },
    description: {
      en: 'Credited GMV per minute that the item was on.',
      zh: '归因到该次讲解的成交金额，按讲解时长折算为每分钟。',
    },
    result: (totals, facts) => ratio(facts.credited_gmv_minor, totals.panes / 60),
  },
  {
    ...OF_A_PRESENTATION,
    name: 'lift',
    unit: 'orders per minute',
    formula:
      '60 · credited_orders / seconds − 60 · (paid orders of the item − credited_orders) / (session seconds − seconds)',
    title: { en: 'Lift', zh: '讲解增量' },
    description: {
      en: 'Orders per minute credited to this presentation, above those of the same item in the rest of the session.',
      zh: '该次讲解每分钟成交订单数，减去同一商品在本场其余时间的每分钟成交订单数。',
    },
    result: (totals, facts) => lift({ ...facts, seconds: totals.panes }),
  },
];
