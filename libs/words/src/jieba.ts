import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import type { Segmenter } from './segmenter.js';

/** What such rooms say and the dictionary does not know as one word. */
const OF_THE_TRADE = [
  ...['主播', '包邮', '小黄车', '购物车', '敏感肌', '油皮', '干皮', '回购', '种草', '福袋', '秒杀', '返场', '补货'],
  ...['尺码', '均码', '色号', '到手价', '运费险', '直播间', '上链接', '黑屏', '加微信', '智商税', '真香', '破损'],
];

/** Made at the first call, since the dictionary takes a quarter of a second and 40 MB; one serves the whole process. */
let jieba: Jieba | null = null;

/** Segments by the dictionary of jieba, and guesses words that it does not hold. */
export const jiebaSegmenter = (): Segmenter => {
  jieba ??= open();
  const opened = jieba;
  return (text) => opened.cut(text, true);
};

const open = (): Jieba => {
  const opened = Jieba.withDict(dict);
  opened.loadDict(new TextEncoder().encode(OF_THE_TRADE.map((word) => `${word} 20000 n\n`).join('')));
  return opened;
};
