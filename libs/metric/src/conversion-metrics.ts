import type { MetricLevel, WindowTotals } from '#domain';
import { viewers, views } from './metric.js';
import type { Metric } from './metric.js';
import { ratio } from './ratio.js';

const MERGED: MetricLevel[] = ['window', 'session', 'presentation'];
const gmv = (totals: WindowTotals): number => totals.gmv_paid_minor;

/** From exposure to money, over a window, a session or a presentation. */
export const CONVERSION_METRICS: readonly Metric[] = [
  {
    name: 'click_rate',
    unit: 'ratio',
    formula: 'distinct clickers / distinct exposed',
    levels: MERGED,
    additive: false,
    dimensions: ['item'],
    title: { en: 'Exposure to click', zh: '曝光-点击率' },
    description: {
      en: 'People who clicked on an item against people who were shown one.',
      zh: '点击商品的人数与看到商品的人数之比。',
    },
    result: (_, distinct) => ratio(distinct?.clickers ?? null, distinct?.exposed ?? null),
  },
  {
    name: 'click_to_paid',
    unit: 'ratio',
    formula: 'distinct buyers / distinct clickers',
    levels: MERGED,
    additive: false,
    dimensions: ['item'],
    title: { en: 'Click to paid', zh: '点击-成交率' },
    description: {
      en: 'People who paid against people who clicked.',
      zh: '成交人数与点击人数之比。',
    },
    result: (_, distinct) => ratio(distinct?.buyers ?? null, distinct?.clickers ?? null),
  },
  {
    name: 'view_to_paid',
    unit: 'ratio',
    formula: 'distinct buyers / viewers',
    levels: MERGED,
    additive: false,
    dimensions: [],
    title: { en: 'View to paid', zh: '观看-成交率' },
    description: { en: 'Share of viewers who paid.', zh: '成交人数与观看人数之比。' },
    result: (totals, distinct) => ratio(distinct?.buyers ?? null, viewers(totals, distinct)),
  },
  {
    name: 'created_to_paid',
    unit: 'ratio',
    formula: 'orders_paid / orders_created',
    levels: MERGED,
    additive: false,
    dimensions: ['item'],
    title: { en: 'Payment rate', zh: '支付率' },
    description: {
      en: 'Orders paid against orders placed in the same time.',
      zh: '同一时段内成交订单数与下单数之比。',
    },
    result: (totals) => ratio(totals.orders_paid, totals.orders_created),
  },
  {
    name: 'gmv_minor',
    unit: 'minor units of currency',
    formula: 'Σ gmv_paid_minor',
    levels: MERGED,
    additive: true,
    dimensions: ['item', 'source'],
    title: { en: 'GMV', zh: '成交金额' },
    description: {
      en: 'Value of paid orders, refunds not taken off.',
      zh: '已支付订单的金额，未扣除退款。',
    },
    result: gmv,
  },
  {
    name: 'net_gmv_minor',
    unit: 'minor units of currency',
    formula: 'Σ gmv_paid_minor − Σ refund_minor',
    levels: MERGED,
    additive: true,
    dimensions: ['item'],
    title: { en: 'Net GMV', zh: '净成交金额' },
    description: {
      en: 'Value of paid orders less the refunds of the same time.',
      zh: '成交金额减去同一时段的退款金额。',
    },
    result: (totals) => gmv(totals) - totals.refund_minor,
  },
  {
    name: 'gpm_view',
    unit: 'minor units of currency per 1000 views',
    formula: '1000 · gmv_minor / views',
    levels: MERGED,
    additive: false,
    dimensions: [],
    title: { en: 'GMV per 1000 views', zh: '千次观看成交' },
    description: {
      en: 'GMV per thousand visits begun. Other systems divide by something else: compare with care.',
      zh: '每千次观看带来的成交金额。各平台分母不同，比较时请留意。',
    },
    result: (totals, distinct) => ratio(1000 * gmv(totals), views(totals, distinct)),
  },
  {
    name: 'uv_value',
    unit: 'minor units of currency per viewer',
    formula: 'gmv_minor / viewers',
    levels: MERGED,
    additive: false,
    dimensions: [],
    title: { en: 'Value per viewer', zh: 'UV 价值' },
    description: { en: 'GMV per person who watched.', zh: '平均每位观众带来的成交金额。' },
    result: (totals, distinct) => ratio(gmv(totals), viewers(totals, distinct)),
  },
  {
    name: 'aov',
    unit: 'minor units of currency per order',
    formula: 'gmv_minor / orders_paid',
    levels: MERGED,
    additive: false,
    dimensions: ['item'],
    title: { en: 'Average order value', zh: '客单价' },
    description: { en: 'GMV per paid order.', zh: '平均每笔成交订单的金额。' },
    result: (totals) => ratio(gmv(totals), totals.orders_paid),
  },
  {
    name: 'refund_rate',
    unit: 'ratio',
    formula: 'orders_refunded / orders_paid',
    levels: MERGED,
    additive: false,
    dimensions: ['item'],
    title: { en: 'Refund rate', zh: '退款率' },
    description: {
      en: 'Refunded orders against paid orders, as known now; it may still grow.',
      zh: '退款订单数与成交订单数之比，截至当前，之后仍可能上升。',
    },
    result: (totals) => ratio(totals.orders_refunded, totals.orders_paid),
  },
];
