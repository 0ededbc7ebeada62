import type { MetricDefinition, MetricLevel, PaneCount } from '#domain';
import { ifPresenceKnown, viewerSeconds } from './metric.js';
import type { Metric } from './metric.js';

/** Counts are given per pane, and as sums over anything longer. */
const EVERYWHERE: MetricLevel[] = ['pane', 'window', 'session', 'presentation'];

type CountWords = Pick<MetricDefinition, 'name' | 'unit' | 'dimensions' | 'title' | 'description'> & {
  name: PaneCount;
  formula?: string;
};

const activity = (words: CountWords): Metric => ({
  formula: `Σ ${words.name}`,
  levels: EVERYWHERE,
  additive: true,
  result: (totals) => totals[words.name],
  ...words,
});

const presence = (words: CountWords): Metric => ({
  ...activity(words),
  result: ifPresenceKnown((totals) => totals[words.name]),
});

/** What a pane counts and, summed, everything longer than a pane. */
export const PANE_METRICS: readonly Metric[] = [
  {
    name: 'online',
    unit: 'viewers',
    formula: 'online(n) = online(n−1) + enters − leaves − censored',
    levels: ['pane', 'window', 'session'],
    additive: false,
    dimensions: ['source'],
    title: { en: 'Online', zh: '在线人数' },
    description: {
      en: 'Viewers in the room at the end of the second; over a longer time, at its end.',
      zh: '该秒结束时直播间内的人数；较长时段取其结束时的人数。',
    },
    result: (totals) => totals.online_last,
  },
  presence({
    name: 'enters',
    unit: 'visits',
    dimensions: ['source'],
    title: { en: 'Enters', zh: '进入次数' },
    description: {
      en: 'Visits that began. Whoever left and comes back counts again.',
      zh: '开始的观看次数，离开后再次进入会再计一次。',
    },
  }),
  presence({
    name: 'leaves',
    unit: 'visits',
    dimensions: ['source', 'tenure'],
    title: { en: 'Leaves', zh: '离开次数' },
    description: {
      en: 'Visits that ended because the viewer left or gave no sign of life; the end of the stream is no leave.',
      zh: '因观众离开或长时间无心跳而结束的观看次数，直播结束不算离开。',
    },
  }),
  {
    name: 'expected_leaves',
    unit: 'visits',
    formula: 'Σ over tenure bands and sources: baseline hazard · at risk, by the detector',
    levels: ['pane'],
    additive: true,
    dimensions: [],
    title: { en: 'Expected leaves', zh: '预期离开次数' },
    description: {
      en: 'Leaves that this audience would show, by how long each viewer has been here; unknown while the usual is still being learned.',
      zh: '按每位观众的停留时长，这批观众正常应有的离开次数；学习常态期间未知。',
    },
    result: ifPresenceKnown((totals) => totals.expected_leaves),
  },
  presence({
    name: 'timeouts',
    unit: 'visits',
    dimensions: [],
    title: { en: 'Time-outs', zh: '超时离开次数' },
    description: {
      en: 'Leaves that were concluded from a missing heartbeat; they are part of the leaves.',
      zh: '因心跳中断而判定的离开次数，已包含在离开次数内。',
    },
  }),
  presence({
    name: 'censored',
    unit: 'visits',
    dimensions: [],
    title: { en: 'Stayed to the end', zh: '留到结束人次' },
    description: {
      en: 'Visits still open when the stream ended. They are no leaves.',
      zh: '直播结束时仍在观看的次数，不算离开。',
    },
  }),
  {
    name: 'viewer_seconds',
    unit: 'viewer-seconds',
    formula: 'Σ over visits of ms present / 1000',
    levels: EVERYWHERE,
    additive: true,
    dimensions: [],
    title: { en: 'Viewing time', zh: '观看总时长' },
    description: {
      en: 'Seconds watched by all viewers together.',
      zh: '全部观众观看时长之和（秒）。',
    },
    result: viewerSeconds,
  },
  activity({
    name: 'danmaku',
    unit: 'messages',
    dimensions: [],
    title: { en: 'Danmaku', zh: '弹幕数' },
    description: { en: 'Chat messages sent.', zh: '发送的弹幕条数。' },
  }),
  activity({
    name: 'likes',
    unit: 'likes',
    formula: 'Σ count of like events',
    dimensions: [],
    title: { en: 'Likes', zh: '点赞数' },
    description: {
      en: 'Likes given; a viewer may give many.',
      zh: '点赞次数，同一观众可多次点赞。',
    },
  }),
  activity({
    name: 'follows',
    unit: 'follows',
    dimensions: [],
    title: { en: 'New follows', zh: '新增关注数' },
    description: { en: 'Follows of the account made from the room.', zh: '在直播间内产生的关注次数。' },
  }),
  activity({
    name: 'shares',
    unit: 'shares',
    dimensions: [],
    title: { en: 'Shares', zh: '分享数' },
    description: { en: 'Times the room was shared.', zh: '直播间被分享的次数。' },
  }),
  activity({
    name: 'group_joins',
    unit: 'joins',
    dimensions: [],
    title: { en: 'Group joins', zh: '入群数' },
    description: {
      en: 'Joins of the fan or customer group made from the room.',
      zh: '在直播间内加入粉丝群或私域群的次数。',
    },
  }),
  activity({
    name: 'item_exposes',
    unit: 'exposures',
    dimensions: ['item'],
    title: { en: 'Item exposures', zh: '商品曝光次数' },
    description: { en: 'Times an item was shown to a viewer.', zh: '商品展示给观众的次数。' },
  }),
  activity({
    name: 'item_clicks',
    unit: 'clicks',
    dimensions: ['item'],
    title: { en: 'Item clicks', zh: '商品点击次数' },
    description: { en: 'Times a viewer clicked on an item.', zh: '观众点击商品的次数。' },
  }),
  activity({
    name: 'orders_created',
    unit: 'orders',
    formula: 'Σ orders, each once, at its first created line',
    dimensions: ['item'],
    title: { en: 'Orders created', zh: '下单数' },
    description: { en: 'Orders placed, paid or not.', zh: '提交的订单数，无论是否支付。' },
  }),
  activity({
    name: 'orders_paid',
    unit: 'orders',
    formula: 'Σ orders, each once, at its first paid line',
    dimensions: ['item', 'source'],
    title: { en: 'Orders paid', zh: '成交订单数' },
    description: { en: 'Orders paid.', zh: '已支付的订单数。' },
  }),
  activity({
    name: 'orders_cancelled',
    unit: 'orders',
    formula: 'Σ orders, each once, at its first cancelled line',
    dimensions: ['item'],
    title: { en: 'Orders cancelled', zh: '取消订单数' },
    description: { en: 'Orders cancelled.', zh: '被取消的订单数。' },
  }),
  activity({
    name: 'orders_refunded',
    unit: 'orders',
    formula: 'Σ orders, each once, at its first refunded line',
    dimensions: ['item'],
    title: { en: 'Orders refunded', zh: '退款订单数' },
    description: {
      en: 'Orders refunded, in part or whole.',
      zh: '发生退款（部分或全部）的订单数。',
    },
  }),
  activity({
    name: 'units_paid',
    unit: 'units',
    formula: 'Σ quantity of paid lines',
    dimensions: ['item'],
    title: { en: 'Units sold', zh: '成交件数' },
    description: { en: 'Pieces in paid orders.', zh: '已支付订单中的商品件数。' },
  }),
  activity({
    name: 'gmv_created_minor',
    unit: 'minor units of currency',
    formula: 'Σ amount of created lines',
    dimensions: ['item'],
    title: { en: 'Order value placed', zh: '下单金额' },
    description: { en: 'Value of orders placed, paid or not.', zh: '提交订单的金额，无论是否支付。' },
  }),
  activity({
    name: 'gmv_paid_minor',
    unit: 'minor units of currency',
    formula: 'Σ amount of paid lines',
    dimensions: ['item', 'source'],
    title: { en: 'Paid value', zh: '支付金额' },
    description: {
      en: 'Value of paid orders, refunds not taken off.',
      zh: '已支付订单的金额，未扣除退款。',
    },
  }),
  activity({
    name: 'refund_minor',
    unit: 'minor units of currency',
    formula: 'Σ amount of refunded lines',
    dimensions: ['item'],
    title: { en: 'Refunds', zh: '退款金额' },
    description: { en: 'Money paid back.', zh: '退还的金额。' },
  }),
];

/** What a pane gives as one number per tenure band, in the order of `TENURE_BAND_EDGES_S`. */
export const TENURE_METRICS: readonly (MetricDefinition & { name: 'at_risk' | 'leaves_by_tenure' })[] = [
  {
    name: 'at_risk',
    unit: 'visits',
    formula: 'by tenure band: visits open at the start of the pane or started in it; Σ = online(n−1) + enters',
    levels: ['pane'],
    additive: true,
    dimensions: ['source', 'tenure'],
    title: { en: 'At risk', zh: '在场人次（按停留时长）' },
    description: {
      en: 'Visits that could have ended in this second, by how long the viewer had been there.',
      zh: '该秒内可能离开的观看人次，按已停留时长分段。',
    },
  },
  {
    name: 'leaves_by_tenure',
    unit: 'visits',
    formula: 'by tenure band: visits at risk that left in the pane',
    levels: ['pane'],
    additive: true,
    dimensions: ['source', 'tenure'],
    title: { en: 'Leaves by tenure', zh: '离开次数（按停留时长）' },
    description: {
      en: 'Leaves in this second, by how long the viewer had been there.',
      zh: '该秒内的离开次数，按已停留时长分段。',
    },
  },
];
