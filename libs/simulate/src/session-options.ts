import type { Source } from '#domain';

/** How a feed tells who is there (events.md, "Presence"). */
export const PRESENCE_MODES = [
  'leaves_and_heartbeats',
  'leaves_only',
  'heartbeats_only',
  /** `enter` and `online_count`: leaves can only be inferred. */
  'enters_and_counts',
  /** `online_count` alone: presence is as reported. */
  'counts_only',
] as const;
export type PresenceMode = (typeof PRESENCE_MODES)[number];

/** A product of the session; `appeal` multiplies clicks and orders, 1 is ordinary. */
export interface SimulatedItem {
  item_id: string;
  title: string;
  price_minor: number;
  stock: number;
  appeal: number;
  /** What viewers ask about it, as they would type it. */
  questions: readonly string[];
}

/** One entry of the script. The script starts again from its top until the session ends. */
export type ScriptEntry =
  | {
      kind: 'present';
      item_id: string;
      seconds: number;
      /** Sold at 80 % of its price from the moment its link opens. */
      flash_sale?: boolean;
    }
  /** Nothing is presented; when it ends, those who stayed for the prize go. */
  | { kind: 'lottery'; seconds: number }
  | { kind: 'talk'; seconds: number };

/** Paid traffic: `joins_per_s` more viewers of one source, who leave `hazard_ratio` times as fast as others of it. */
export interface TrafficBurst {
  from_s: number;
  seconds: number;
  joins_per_s: number;
  source: Source;
  hazard_ratio: number;
}

/** A labelled drop-off: while an item is presented, everybody's hazard of leaving is multiplied. */
export interface DropoffEffect {
  from_s: number;
  seconds: number;
  hazard_ratio: number;
}

export const FAULT_KINDS = [
  /** The picture stutters, and viewers write about it. */
  'picture',
  /** Orders are placed and hardly one can be paid; viewers write about it. */
  'checkout',
  /** The item is clicked and hardly anybody can order it; viewers write about it. */
  'link',
  /** Far more is sent back than usual. */
  'refunds',
  /** Viewers come who are no people. */
  'bots',
  /** Orders are made and paid by nobody in the room. */
  'made_orders',
  /** The platform loses viewers: each second one in fifty is gone. */
  'exodus',
  /** Another room sends its viewers over, all at once. */
  'raid',
  /** Another host takes over, whom viewers leave a third faster. */
  'host_change',
  /** Nothing of the view feed arrives. */
  'view_lost',
  /** The view feed stalls, and when it is back delivers what it held. */
  'view_stalled',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A labelled fault that is none of the content. */
export interface RoomFault {
  kind: FaultKind;
  from_s: number;
  seconds: number;
}

/** Everything that decides a session. Seconds (`_s`) count from its start; `start_ts` is ms since the epoch. */
export interface SessionOptions {
  seed: number;
  stream_id: string;
  title: string;
  host: string;
  currency: string;
  start_ts: number;
  duration_s: number;
  /** Viewers online once the room has filled, on average. */
  online: number;
  /** Shares of ordinary arrivals; they need not add up to 1. */
  source_mix: Readonly<Partial<Record<Source, number>>>;
  presence: PresenceMode;
  heartbeat_s: number;
  online_count_s: number;
  items: readonly SimulatedItem[];
  script: readonly ScriptEntry[];
  bursts: readonly TrafficBurst[];
  effects: readonly DropoffEffect[];
  faults: readonly RoomFault[];
}

const ITEMS: readonly SimulatedItem[] = [
  {
    item_id: 'knit-cardigan',
    title: '软糯羊毛开衫',
    price_minor: 19_900,
    stock: 600,
    appeal: 1.2,
    questions: ['会起球吗', '有没有M码', '120斤穿什么码', '米白色还有吗', '可以机洗吗'],
  },
  {
    item_id: 'thermos-500',
    title: '轻量保温杯 500ml',
    price_minor: 6_900,
    stock: 1_500,
    appeal: 1.5,
    questions: ['能保温几个小时', '可以装咖啡吗', '杯盖漏不漏水', '几个颜色', '多重啊'],
  },
  {
    item_id: 'face-cream',
    title: '神经酰胺面霜',
    price_minor: 15_900,
    stock: 900,
    appeal: 1.0,
    questions: ['敏感肌能用吗', '孕妇可以用吗', '油皮会闷吗', '保质期到什么时候', '有小样吗'],
  },
  {
    item_id: 'desk-lamp',
    title: '护眼台灯',
    price_minor: 23_900,
    stock: 300,
    appeal: 0.8,
    questions: ['可以调色温吗', '充电的还是插电的', '小孩写作业够亮吗', '保修多久', '续航多长时间'],
  },
  {
    item_id: 'nut-box',
    title: '每日坚果礼盒',
    price_minor: 8_900,
    stock: 2_000,
    appeal: 1.3,
    questions: ['一盒几包', '什么时候生产的', '有无盐的吗', '几天发货', '送人有礼袋吗'],
  },
];

const SCRIPT: readonly ScriptEntry[] = [
  { kind: 'talk', seconds: 20 },
  { kind: 'present', item_id: 'knit-cardigan', seconds: 210 },
  { kind: 'present', item_id: 'thermos-500', seconds: 150 },
  { kind: 'present', item_id: 'face-cream', seconds: 240 },
  { kind: 'lottery', seconds: 60 },
  { kind: 'present', item_id: 'desk-lamp', seconds: 180 },
  { kind: 'present', item_id: 'nut-box', seconds: 150, flash_sale: true },
  { kind: 'present', item_id: 'knit-cardigan', seconds: 120 },
];

/** 2026-01-01 20:00 in Shanghai: a fixed start, so that a file depends on nothing but its options. */
export const DEFAULT_START_TS = Date.UTC(2026, 0, 1, 12);

/** An ordinary evening session of a brand's own room: half an hour, a thousand viewers, no drop-off. */
export const DEFAULT_SESSION: SessionOptions = {
  seed: 1,
  stream_id: 'sim-1',
  title: '今晚上新 宠粉专场',
  host: '小满',
  currency: 'CNY',
  start_ts: DEFAULT_START_TS,
  duration_s: 1_800,
  online: 1_000,
  source_mix: { recommend: 50, follow: 14, search: 6, short_video: 14, ad: 6, share: 4, group: 4, other: 2 },
  presence: 'leaves_and_heartbeats',
  heartbeat_s: 10,
  online_count_s: 5,
  items: ITEMS,
  script: SCRIPT,
  bursts: [],
  effects: [],
  faults: [],
};
