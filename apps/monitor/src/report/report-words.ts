import type { ActionKind, BeforeAfter } from '#contract';
import type { Language } from '#say';

interface ReportWords {
  readonly lang: string;
  readonly untitled: string;
  readonly host: string;
  readonly sections: Record<'numbers' | 'curve' | 'ledger' | 'alerts' | 'actions' | 'lift', string>;
  readonly numbers: Record<
    'viewers' | 'online_peak' | 'online_avg' | 'stay' | 'gmv' | 'orders' | 'view_to_paid' | 'dropoff' | 'retention_60s',
    string
  >;
  readonly ledger: Record<'item' | 'from' | 'length' | 'online' | 'orders' | 'gmv' | 'per_min' | 'dropoff', string>;
  readonly lift: Record<'item' | 'on' | 'off' | 'lift' | 'interval', string>;
  readonly alerts: Record<'at' | 'what' | 'why' | 'outcome', string>;
  readonly actions: Record<'at' | 'what' | 'by' | 'followed', string>;
  readonly kind: Record<ActionKind, string>;
  readonly followed: Record<BeforeAfter['metric'], string>;
  readonly outcome: Record<'acted' | 'false_alarm' | 'ignored', string>;
  readonly none: string;
  readonly notYet: string;
  readonly curveKey: string;
  readonly association: string;
  readonly partial: (as_of: string) => string;
}

/** What the report says beside figures, in both languages. */
export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = {
  en: {
    lang: 'en',
    untitled: 'Untitled session',
    host: 'Host',
    sections: {
      numbers: 'In figures',
      curve: 'Online, items and alerts',
      ledger: 'What was on',
      alerts: 'Alerts',
      actions: 'What was done, and what followed',
      lift: 'On air against off',
    },
    numbers: {
      viewers: 'Viewers',
      online_peak: 'Online, peak',
      online_avg: 'Online, average',
      stay: 'Stay per viewer, s',
      gmv: 'GMV',
      orders: 'Paid orders',
      view_to_paid: 'Viewers who paid',
      dropoff: 'Leave per minute',
      retention_60s: 'Stay a minute',
    },
    ledger: {
      item: 'Item',
      from: 'From',
      length: 'Length',
      online: 'Online',
      orders: 'Orders',
      gmv: 'GMV',
      per_min: 'GMV/min',
      dropoff: 'Drop-off',
    },
    lift: { item: 'Item', on: 'Orders/min on', off: 'Orders/min off', lift: 'Difference', interval: '95 % interval' },
    alerts: { at: 'At', what: 'What', why: 'Evidence', outcome: 'Outcome' },
    actions: { at: 'At', what: 'What', by: 'By', followed: '120 s before → after (95 % interval of the change)' },
    kind: {
      talk_track: 'Talk track',
      offer: 'Offer',
      next_item: 'Next item',
      extend: 'Extended',
      answer: 'Answer',
      giveaway: 'Giveaway',
      note: 'Note',
    },
    followed: {
      dropoff_ratio: 'Drop-off ratio',
      orders_per_min: 'Orders/min',
      gmv_per_min: 'GMV/min',
      danmaku_density: 'Danmaku density',
    },
    outcome: { acted: 'acted upon', false_alarm: 'false alarm', ignored: 'ignored' },
    none: 'None.',
    notYet: 'not known yet',
    curveKey: 'Line: online. Bands: the item that was on. Triangles: alerts. Circles: actions.',
    association: 'Differences are associations with 95 % intervals, not causes.',
    partial: (as_of) => `The session is still live; figures reach to ${as_of}.`,
  },
  zh: {
    lang: 'zh-CN',
    untitled: '未命名场次',
    host: '主播',
    sections: {
      numbers: '核心数据',
      curve: '在线、商品与告警',
      ledger: '讲解明细',
      alerts: '告警',
      actions: '操作与后续变化',
      lift: '讲解与非讲解时段对比',
    },
    numbers: {
      viewers: '观看人数',
      online_peak: '最高在线',
      online_avg: '平均在线',
      stay: '人均停留（秒）',
      gmv: '成交金额',
      orders: '成交订单',
      view_to_paid: '观看成交率',
      dropoff: '每分钟流失率',
      retention_60s: '一分钟留存',
    },
    ledger: {
      item: '商品',
      from: '开始',
      length: '时长',
      online: '在线',
      orders: '订单',
      gmv: '成交金额',
      per_min: '每分钟成交',
      dropoff: '流失比',
    },
    lift: { item: '商品', on: '讲解中 单/分', off: '其余 单/分', lift: '差值', interval: '95% 区间' },
    alerts: { at: '时间', what: '内容', why: '依据', outcome: '处理结果' },
    actions: { at: '时间', what: '操作', by: '操作人', followed: '前 120 秒 → 后 120 秒（变化的 95% 区间）' },
    kind: {
      talk_track: '话术',
      offer: '优惠',
      next_item: '换品',
      extend: '延长',
      answer: '答疑',
      giveaway: '福利',
      note: '备注',
    },
    followed: {
      dropoff_ratio: '流失比',
      orders_per_min: '单/分',
      gmv_per_min: '成交/分',
      danmaku_density: '弹幕密度',
    },
    outcome: { acted: '已处理', false_alarm: '误报', ignored: '已忽略' },
    none: '无。',
    notYet: '尚未得知',
    curveKey: '折线：在线人数；色带：讲解商品；三角：告警；圆点：操作。',
    association: '差异仅为相关关系及 95% 区间，并非因果。',
    partial: (as_of) => `本场仍在直播，数据截至 ${as_of}。`,
  },
};
