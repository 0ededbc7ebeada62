import { describe, expect, it } from '@jest/globals';
import { createUnderstanding } from './understanding.js';
import { DEFAULT_PROHIBITED } from './prohibited.js';
import { jiebaSegmenter } from './jieba.js';

const { understand } = createUnderstanding(jiebaSegmenter(), DEFAULT_PROHIBITED);

const ASKED: Record<string, readonly string[]> = {
  price: [
    '多少钱',
    '这个多少钱啊',
    '几块',
    '什么价',
    '价格？',
    '到手价多少',
    '怎么卖的',
    '能便宜点吗',
    '有优惠吗',
    '多少一瓶',
    'How much?',
    'whats the price',
  ],
  how_to_buy: ['怎么买', '怎么拍呀', '在哪拍', '在哪里下单', '如何购买', 'how do I buy this', 'where can i order'],
  size: [
    '有没有M码',
    '有L吗',
    '有xl码吗',
    '尺码表发一下',
    '160 110斤穿什么',
    '170/130斤',
    '120斤穿啥码',
    '偏大吗',
    'what size should I get',
    'do you have XL',
  ],
  stock: ['还有吗', '没货了', '补货吗', '还有库存吗', '加库存！！！', '没抢到', 'sold out?', 'any left'],
  shipping: [
    '什么时候发货',
    '包邮吗',
    '几天到',
    '几天能到',
    '发什么快递',
    '新疆发吗',
    '有运费险吗',
    'when will it ship',
    'free shipping?',
  ],
  link: [
    '没有链接',
    '链接呢',
    '几号链接',
    '上链接',
    '链接在哪',
    '找不到链接',
    '1号链接还是几号链接',
    "where's the link",
    'link please',
  ],
  lag: ['卡了', '好卡啊', '没声音', '黑屏了', '看不清', '听不到', '画面卡', 'no sound', 'its lagging'],
  payment: ['付不了款', '支付失败', '下不了单', '一直提交失败', "can't pay", 'payment failed'],
  usage: [
    '怎么用',
    '能用多久',
    '敏感肌能用吗',
    '孕妇可以用吗',
    '会掉色吗',
    '什么材质',
    '好用吗',
    'how to use it',
    'is it ok for dry skin, safe for kids',
  ],
};
const TOPICS = Object.entries(ASKED).flatMap(([topic, texts]) => texts.map((text) => [text, topic] as const));

describe('what a message asks', () => {
  it.each(TOPICS)('%s asks for %s', (text, topic) => {
    expect(understand(text).topic).toBe(topic);
  });

  it.each([
    '来了来了',
    '主播晚上好',
    '卡片好漂亮',
    '优惠卡',
    '价格真好',
    '666',
    '哈哈哈哈',
    '已拍',
    '支持',
    'nice one',
    '信用卡',
  ])('%s asks nothing', (text) => {
    expect(understand(text).topic).toBeNull();
  });

  it('groups a question of another kind by its words, in any order', () => {
    const group = understand('主播身高多高').topic;
    expect(group).not.toBeNull();
    expect(understand('多高啊身高，主播？').topic).toBe(group);
  });

  it('is one question however it is typed', () => {
    const typed = ['多少钱', '多少钱？？？？', '多少钱~~~', '　多少钱　', '多​少钱', '𝐡𝐨𝐰 𝐦𝐮𝐜𝐡', 'ＨＯＷ　ＭＵＣＨ'];
    expect(typed.map((text) => understand(text).topic)).toEqual(typed.map(() => 'price'));
  });
});

describe('the mood of a message', () => {
  it.each([
    ...[
      '不好用',
      '不是很喜欢',
      '骗人',
      '假货',
      '我要退款',
      '太贵了',
      '垃圾',
      '质量差',
      '不值这个价',
      '怎么这么贵',
      '没那么好看',
    ],
    ...[
      '怎么又是这个',
      '能不能换一个',
      '声音好小',
      '卡死了',
      '付不了款',
      '说重点',
      '👎',
      'not good',
      'such a scam',
      'way too expensive',
    ],
  ])('%s complains', (text) => {
    expect(understand(text).mood).toBe('complaint');
  });

  it.each([
    ...[
      '好用',
      '喜欢',
      '回购第三次了',
      '真香',
      '好看！！！',
      '很满意',
      '质量不错',
      '不贵',
      '颜色绝了',
      '❤️',
      '主播讲得真清楚',
      'love it',
    ],
  ])('%s praises', (text) => {
    expect(understand(text).mood).toBe('praise');
  });

  it.each([
    '好用吗',
    '是正品吗',
    '会掉色吗',
    '可以退货吗',
    '来了',
    '多少钱',
    '是不是假货',
    '不错就是太贵',
    '价格',
    'is it good?',
  ])('%s does neither', (text) => {
    expect(understand(text).mood).toBeNull();
  });
});

describe('the words of a message', () => {
  it('are those that say something, each once', () => {
    expect(understand('主播 主播，这个口红的色号好显白啊').words).toEqual(['主播', '口红', '色号', '显白']);
  });

  it('are never what may be an account', () => {
    expect(understand('找我 abc1234567').words.join()).not.toContain('1234567');
  });
});

describe('a listed word', () => {
  it.each(['加微信', '加 微 信', '加。微。信', '快加微信信信聊', '加Ｖ：abc', '加v 领券', '加-V'])(
    'is found in %s',
    (text) => {
      expect(understand(text).prohibited).toHaveLength(1);
    },
  );

  it.each(['加油', '微信支付可以吗', '加vip有用吗', '加一下', ''])('is not in %s', (text) => {
    expect(understand(text).prohibited).toEqual([]);
  });

  // Letter by letter, this took longer than the universe has time for.
  it('of one letter again and again is looked for in no more time than any other', () => {
    const own = createUnderstanding(jiebaSegmenter(), ['1'.repeat(40)]);
    expect(own.understand(`${'1'.repeat(39)}x${'1 '.repeat(60)}`).prohibited).toEqual(['1'.repeat(40)]);
    expect(own.understand(`${'1'.repeat(39)}x`).prohibited).toEqual([]);
  });

  it('is another one as soon as the list is', () => {
    const own = createUnderstanding(jiebaSegmenter(), ['秒杀']);
    expect(own.understand('今天有秒杀').prohibited).toEqual(['秒杀']);
    own.prohibit(['Free Gift', '!!!']);
    expect(own.understand('今天有秒杀').prohibited).toEqual([]);
    expect(own.understand('FREE-gift here').prohibited).toEqual(['Free Gift']);
  });
});

describe('what is shown of a message', () => {
  it('hides long numbers and is one line at most', () => {
    expect(understand('打我电话13800138000').shown).toBe('打我电话***********');
    expect(understand('😀'.repeat(200)).shown.length).toBeLessThanOrEqual(80);
  });
});
