import type { Heard } from '#domain';

const PRAISE =
  '好用|喜欢|回购|真香|好看|好吃|好喝|好闻|好穿|好听|舒服|满意|不错|种草|漂亮|划算|值得|值了|超值|良心|靠谱|正品|推荐|质量好|好评|绝了|爱了|完美|惊艳|支持|真好|很好|太好了|挺好|超好|优秀|清楚|用心|专业|可爱|实惠|👍|❤|😍|🥰|love|great|awesome|amazing|beautiful|perfect|worth|recommend|good|nice|excellent';
const COMPLAINT =
  '(?<![高名珍尊宝昂])贵(?![宾姓妃州阳气族重])|垃圾|难看|难用|难吃|难闻|太丑|好丑|坑人|坑钱|被坑|失望|恶心|劣质|虚假|套路|忽悠|没意思|无聊|听困|废话|太烂|真烂|很差|太差|差劲|质量差|太慢|太久|掉色|起球|声音好?小|假货|骗|割韭菜|智商税|翻车|👎|😡|🤮|💩|terrible|awful|scam|fake|rubbish|garbage|trash|too expensive|overpriced|disappoint|worst|bad|boring|cheat';
/** What is a complaint whatever stands before it. */
const FAULT =
  '退款|退钱|退货|投诉|举报|差评|无语|不值|不发货|没发货|不理人|不回复|破了|坏了|烂了|过敏了|说重点|不想听|烦死|怎么又是|能不能换|能不能快|refund|broken|want my money';
const NEGATION =
  "不是|不太|不怎么|不够|并不|毫不|没有|没那么|不|没|别|无|not|n't|no|never|isn't|don't|doesn't|didn't|cannot";
const BETWEEN = '很|太|那么|这么|怎么|特别|非常|是很|觉得|算|多|very|so|that|really|too|at all';

/** One look finds mostly that there is none; what is negated is asked of the rest. */
const ANY = new RegExp(`${PRAISE}|${COMPLAINT}|${FAULT}`, 'u');
const FOUND = new RegExp(
  `(?<negated>(?:${NEGATION}) ?(?:(?:${BETWEEN}) ?){0,2})?(?:(?<praise>${PRAISE})|(?<complaint>${COMPLAINT}))|(?<fault>${FAULT})`,
  'gu',
);
/** Asked in anger: an answer is not what is wanted. */
const RHETORICAL =
  /怎么(这么|那么|又|还|老|总)|(为什么|为啥|凭什么)(这么|那么|还|不|没|又|老)|什么(垃圾|破|烂|玩意)|能不能(换|快)|why (is|are|do|does) .*(so|still|not)/u;
/** Topics that are no wish to know but a fault of the room's. */
const FAULTY_TOPICS: ReadonlySet<string | null> = new Set(['lag', 'payment']);

/** Praise, complaint or neither of a canonical text. Whoever asks whether it is good praises nothing; what both praises and blames is neither. */
export const moodOf = (text: string, topic: string | null, asks: boolean): Heard['mood'] => {
  if (FAULTY_TOPICS.has(topic) && !text.endsWith('吗') && !text.endsWith('?')) return 'complaint';
  if (!ANY.test(text)) return null;
  if (asks && !RHETORICAL.test(text)) return null;
  let balance = 0;
  for (const { groups } of text.matchAll(FOUND)) {
    const isGood = groups!['praise'] !== undefined;
    const isNegated = groups!['negated'] !== undefined;
    balance += isGood === isNegated ? -1 : 1;
  }
  return balance === 0 ? null : balance > 0 ? 'praise' : 'complaint';
};
