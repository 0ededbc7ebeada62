import type { Slot } from './rundown.js';
import type { Random } from './random.js';
import type { FaultKind } from './session-options.js';

/** What the room is like when somebody types. */
export interface Scene {
  ts: number;
  slot: Slot;
  sold_out: boolean;
  /** The factor on the hazard of leaving: above 1 people are displeased, and say so. */
  hazard_ratio: number;
  /** What does not work: those who notice write of hardly anything else. */
  fault: FaultKind | null;
  /** Seconds the viewer has been here. */
  tenure_s: number;
}

const PHRASES = {
  greeting: ['来了来了', '主播晚上好', '刚进来', '第一次来', '报到', '晚上好呀', '我来啦', '今天挺早啊', '路过看看'],
  price: ['多少钱', '这个多少钱', '什么价', '有优惠吗', '比上次便宜吗', '能不能再便宜点', '券在哪领', '到手价多少'],
  how: ['怎么买', '链接在哪', '几号链接', '怎么下单', '小黄车第几个', '在哪拍', '付款方式有哪些'],
  praise: [
    '主播讲得真清楚',
    '回购第三次了',
    '质量不错',
    '好看',
    '颜色绝了',
    '上次买的很满意',
    '我妈也喜欢',
    '种草了',
    '包装挺用心',
  ],
  complaint: [
    '讲太久了',
    '能不能换一个',
    '有点卡',
    '声音好小',
    '怎么又是这个',
    '不想听这个',
    '说重点',
    '太贵了吧',
    '听困了',
  ],
  link: ['上链接', '上上上', '321上链接', '准备好了', '已拍', '抢到了', '冲', '等好久了', '扣1', '1', '11', '111'],
  sold_out: ['没抢到', '怎么没货了', '加库存', '还补货吗', '手慢了', '求返场'],
  lottery: ['抽我抽我', '参与了', '福袋福袋', '几点开奖', '从来没中过', '中一次吧', '666'],
  small_talk: [
    '哈哈哈',
    '主播喝口水吧',
    '背景挺好看',
    '灯光不错',
    '今天人好多',
    '666',
    '支持主播',
    '关注了',
    '这个音乐叫什么',
  ],
  picture_fault: [
    '卡了',
    '好卡啊',
    '没声音了',
    '黑屏了',
    '画面不动了',
    '看不清',
    '卡死了',
    '听不到',
    '又卡了',
    '主播卡了',
  ],
  link_fault: ['链接点不开', '链接打不开', '点不进去', '商品点不了', '链接没反应', '怎么点不了', '打不开商品'],
  checkout_fault: ['付不了款', '支付失败', '下不了单', '付款一直失败', '提交失败', '拍不了啊', '怎么付不了', '买不了'],
  delivery: ['几天到', '发什么快递', '包邮吗', '能退换吗', '偏远地区发吗', '有运费险吗'],
} as const;
type Topic = keyof typeof PHRASES | 'item';

const ENDINGS = { '': 76, '！': 10, '~': 9, '！！': 5 } as const;
/** How many write of a fault for each who writes of anything else. */
const FAULT_ODDS = 0.8;
/** A question keeps no exclamation, a burst no manners: only these topics get an ending. */
const WITH_ENDING: ReadonlySet<Topic> = new Set(['greeting', 'praise', 'small_talk', 'complaint']);

/** A message that fits the scene, in Chinese as it is typed in such rooms; made up for this purpose. */
export const sayingFor = (scene: Scene, random: Random): string => {
  const topic = random.weighted(topicsOf(scene));
  if (topic === 'item') return scene.slot.kind === 'present' ? random.pick(scene.slot.item.questions) : '下一个是什么';
  const phrase = random.pick(PHRASES[topic]);
  return WITH_ENDING.has(topic) ? phrase + random.weighted(ENDINGS) : phrase;
};

/** How much more is typed than in a calm minute. */
export const excitement = ({
  ts,
  slot,
  hazard_ratio,
  fault,
}: Pick<Scene, 'ts' | 'slot' | 'hazard_ratio' | 'fault'>): number => {
  if (slot.kind === 'lottery') return 2.5;
  const displeased = isWrittenOf(fault) ? 1.8 : hazard_ratio > 1 ? 1.2 : 1;
  return isLinkRush(slot, ts) ? 5 : displeased;
};

/** Some faults viewers notice, and write about. */
const isWrittenOf = (fault: FaultKind | null): boolean => fault !== null && `${fault}_fault` in PHRASES;

/** From five seconds before the link opens ("3-2-1") until ten after. */
const isLinkRush = (slot: Slot, ts: number): boolean =>
  slot.kind === 'present' && ts >= slot.link_ts - 5_000 && ts < slot.link_ts + 10_000;

const topicsOf = (scene: Scene): Partial<Record<Topic, number>> => {
  const calm = calmTopicsOf(scene);
  if (!isWrittenOf(scene.fault)) return calm;
  const others = Object.values(calm).reduce((sum, weight) => sum + weight, 0);
  return { ...calm, [`${scene.fault}_fault`]: others * FAULT_ODDS };
};

const calmTopicsOf = ({ ts, slot, sold_out, hazard_ratio, tenure_s }: Scene): Partial<Record<Topic, number>> => {
  if (isLinkRush(slot, ts)) return { link: 80, how: 8, price: 6, item: 6 };
  const always = {
    greeting: tenure_s < 20 ? 60 : 1,
    small_talk: 16,
    praise: 12,
    complaint: 3 * hazard_ratio ** 2,
    delivery: 8,
  };
  if (slot.kind === 'lottery') return { ...always, lottery: 90 };
  if (slot.kind === 'talk') return always;
  return { ...always, item: 26, price: 16, how: 10, sold_out: sold_out ? 30 : 0 };
};
