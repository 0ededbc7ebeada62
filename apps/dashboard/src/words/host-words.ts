import type { HostNumber } from '#contract';

/** What the host's screen says, and what the producer says about it, in English. */
export const hostEn = {
  title: 'Host',
  left: 'left',
  over: 'over time',
  running: 'on for',
  stock: (n: string) => `${n} in stock`,
  soldOut: 'Sold out',
  next: 'Next',
  questions: 'They ask',
  noQuestions: 'No questions now. Go on.',
  nothingOn: 'Nothing presented',
  asked: (n: string) => `${n}×`,
  old: 'The line is cut. Time and questions stand still; it comes back by itself.',
  silent: 'The monitor says nothing just now. Time and questions stand still.',
  number: { online: 'Online', orders: 'Orders', gmv: 'GMV', dropoff: 'Drop-off', alerts: 'Alerts' } as Record<
    HostNumber,
    string
  >,
  desk: {
    tab: 'Host',
    shows: 'The host sees questions, time left and stock. Show beside them:',
    message: 'A line to the host',
    send: 'Show it',
    clear: 'Take it off',
    open: 'Open the host’s screen',
    refused: 'Not shown:',
  },
};

/** The same in simplified Chinese. */
export const hostZh: typeof hostEn = {
  title: '主播',
  left: '剩余',
  over: '已超时',
  running: '已讲',
  stock: (n) => `库存 ${n}`,
  soldOut: '已售罄',
  next: '下一个',
  questions: '观众在问',
  noQuestions: '暂无提问，继续讲。',
  nothingOn: '当前无讲解商品',
  asked: (n) => `${n} 次`,
  old: '连接已断开，时间和提问暂停更新，正在自动重连。',
  silent: '监控暂无消息，时间和提问暂停更新。',
  number: { online: '在线', orders: '订单', gmv: '成交额', dropoff: '流失', alerts: '告警' },
  desk: {
    tab: '主播屏',
    shows: '主播始终能看到提问、剩余时间和库存。另外显示：',
    message: '给主播的一句话',
    send: '显示',
    clear: '撤下',
    open: '打开主播屏',
    refused: '未显示：',
  },
};
