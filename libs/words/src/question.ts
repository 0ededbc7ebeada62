import type { QuestionTopic } from '#domain';

/** A question that asks nothing we know is grouped by so many of its words. */
const GROUPING_WORDS = 3;

const ASKS =
  /\?|吗|么$|呢$|什么|啥|怎么|怎样|如何|哪|谁|几(?!乎)|多(?:少|久|大|高|重|长|宽|厚|远)|为何|能不能|可不可以|有没有|是不是|会不会|^(what|how|why|when|where|who|which|is|are|do|does|can|could|will)\b/u;
const ASKING_END = String.raw`(吗|么|没(?!有.)|不|嘛|\?)`;

/**
 * How each topic is asked in the rooms, in Chinese and English; a message is of the first that it fits. What the room
 * cannot go on with comes first, what is said of the goods last.
 */
const TOPICS: readonly (readonly [QuestionTopic, RegExp])[] = [
  [
    'payment',
    /付不了|(付款|支付|下单|提交)(总是|一直|老是)?(失败|不了|不成功|出错|报错)|支付不|下不了单|拍不了|买不了|can'?t (pay|order|check ?out)|payment (failed|fails|error)/u,
  ],
  [
    'lag',
    /卡(了|死|顿|住|爆|成)|(^|好|太|很|有点|一直|又|真|老是?)卡($|[啊呀吧呢!.~ ])|没(有)?声(?!明|控|优|望)|听不(见|到|清)|声音(呢|没了|好?小|太小)|黑屏|花屏|看不(清|见|到)(?!.*链接)|画面(糊|不动|卡)|掉线|音画不同步|\blag(s|gy|ging)?\b|no sound|can'?t (hear|see)|frozen|black screen|buffering/u,
  ],
  [
    'size',
    /有(没有)?(大|小|中|加大|均|[a-z\d]{1,4})码|有(没有)?(xs|s|m|l|x{1,3}l|[23456]xl)(吗|么|没|不|的|\?|$)|尺码|(穿|选|要|拍|买)(什么|多大|几|哪个)(的)?(码|号|尺)|(什么|多大|几|哪个)码|码数|\d{2,3}(cm|厘米|公分)?[ ,，、/]{0,2}\d{2,3}(斤|kg|公斤)|\d{2,3}(斤|kg|公斤).{0,6}(穿|码|号)|偏(大|小)(吗|么|不|\?)|what size|which size|size (chart|guide|\?)|size\?|have (a |it in )?(size )?(xs|s|m|l|xl|xxl)\b|true to size/u,
  ],
  [
    'link',
    /(没|没有|木有|无)(链接|连接)|链接(呢|在哪|在哪里|吗|没|几号|哪|找不到|点不开|打不开)|(找|看)不到链接|几号链接|哪个(链接|号)|第几号|几号(?=[?吗呢啊呀]|$)|(上|挂|发|弄|给|甩)(个|一下|下)?链接|小黄车(没|在哪|第几|几号)|where('?s| is) the link|no link|link (please|pls)|link\?/u,
  ],
  [
    'how_to_buy',
    /怎么(样才能)?(买|拍|下单|购买|抢|付款|领|参加)|怎样(买|下单|购买)|如何(购买|买|下单)|(哪|哪里|哪儿)(可以|能)?(买|拍|下单|购买|领)|(how|where) (do|can|to|should)( i| we| you)? (buy|order|purchase|get)/u,
  ],
  [
    'shipping',
    /(什么|啥|几)时候?(能|可以|会|才)?(发货|到货|寄出|寄|到)|几天(能|可以)?(到|发货|收到)|多久(能|可以|会|才)?(发货|到|寄|收到)|什么快递|(发|用)啥快递|包邮(吗|么|不|嘛|\?)|运费(吗|多少|谁|\?)|有(没有)?运费险|运费险(吗|\?)|(偏远|新疆|西藏|内蒙|海南).{0,6}(发|邮|到|寄)|(今天|明天|现在|马上|还|当天).{0,3}发货(吗|么|不|\?)|发货(了)?(吗|没|\?)|when .{0,20}(ship|deliver|arrive)|free shipping|shipping (cost|fee|time)|how long .{0,20}(ship|deliver|arrive)|ship to/u,
  ],
  [
    'price',
    /多少(钱|米|元|块|大洋|一)|几(块|元|毛)|什么价|啥价|价格?(是)?(多少|呢|吗|几|\?)|^价格?$|到手(价)?(是)?(多少|几|\?)|怎么卖|便宜(点|些|一点)|(再|还能|可以|能).{0,2}(便宜|优惠|少)(点|些|吗|么|\?)|便宜(吗|么|\?)|有(没有|什么|啥)?(优惠|折扣|券|活动)(吗|么|没|\?|$)|how much|what('?s| is) the price|price\s?\?|any discount|cheaper/u,
  ],
  [
    'stock',
    new RegExp(
      String.raw`还有(货|库存|现货)|还有${ASKING_END}|有(现)?货${ASKING_END}|没货|没有货|补货|(加|上)(点|个|一?波)?(库存|货|单)|库存|卖完|售罄|抢(光|完)|没抢到|返场|in stock|out of stock|no stock|sold out|restock|any left`,
      'u',
    ),
  ],
  [
    'usage',
    /怎么(用|吃|喝|涂|洗|戴|穿|保存|安装|搭)|用(多久|几天|多长)|(敏感|干|油|混合|混油|痘).{0,2}(皮|肌).{0,4}(能|可以|适合|用|吗)|(孕妇|宝宝|小孩|孩子|老人|男生|学生|儿童|孕期).{0,4}(能|可以|适合|用|吃)|保质期|成分|什么(材质|面料|料子|材料|成份)|(适合|能不能|可不可以)(什么|哪|用|吃|敏感|多大)|副作用|会(不会)?(过敏|掉色|起球|缩水|褪色)|(好|能)(用|吃|穿|喝|闻)(吗|么|不好|不|嘛|\?)|how (do|to|does) .{0,12}(use|work)|(safe|ok|good|suitable) for|how long does it last|made of|ingredients/u,
  ],
];

/** Whether a canonical text asks something. */
export const isQuestion = (text: string): boolean => ASKS.test(text);

/** What a canonical text asks: a known topic; of another question the words that group it, in any order; `null` where it asks nothing. */
export const topicOf = (text: string, words: readonly string[], asks: boolean): string | null => {
  const known = TOPICS.find(([, pattern]) => pattern.test(text))?.[0];
  if (known !== undefined) return known;
  if (!asks || words.length === 0) return null;
  return words.toSorted().slice(0, GROUPING_WORDS).join(' ');
};
