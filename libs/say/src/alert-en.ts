import type { NotifyReason } from '#domain';

/** What is said of an alert, in English. The other languages have this shape. */
export const alertEn = {
  rule: {
    dropoff_spike: 'Viewers leave faster than expected',
    conversion_drop: 'Clicked, but not paid',
    checkout_failure: 'Orders are not being paid',
    gmv_behind_plan: 'GMV behind plan',
    viewer_surge: 'Viewers surge',
    viewer_cliff: 'Online falls abruptly',
    danmaku_surge: 'Danmaku surge',
    keyword_surge: 'One word or question surges',
    negative_mood: 'Complaints rise',
    prohibited_words: 'Forbidden word',
    refund_surge: 'Refunds surge',
    stockout_risk: 'Stock runs out soon',
    suspicious_traffic: 'Traffic looks made',
    move_on: 'Time to move on',
    feed_silent: 'A feed is silent',
    data_stale: 'Data is stale',
  },
  ruleAbout: {
    dropoff_spike: 'Viewers leave faster than this audience, by source and by how long each has been here, would.',
    conversion_drop: 'The item that is on is clicked as before and hardly paid.',
    checkout_failure: 'Orders are created and hardly paid.',
    gmv_behind_plan: 'GMV runs behind the plan.',
    viewer_surge: 'Far more viewers join than usual.',
    viewer_cliff: 'Online falls abruptly, beyond what this audience loses anyway.',
    danmaku_surge: 'Far more messages than usual for so many viewers.',
    keyword_surge: 'One word or question is heard far more often than usual.',
    negative_mood: 'The share of complaints among messages is far above the usual.',
    prohibited_words: 'A listed word is written.',
    refund_surge: 'Far more refunds than usual for so many orders.',
    stockout_risk: 'At this pace the stock is gone before the presentation ends.',
    suspicious_traffic: 'Joins that leave no trace, or orders that look made.',
    move_on: 'The next item is expected to earn more per minute than this one does now.',
    feed_silent: 'A feed heard before is silent while another goes on.',
    data_stale: 'What is shown is old: the monitor reads its log late.',
  },
  severity: { info: 'Info', warning: 'Warning', critical: 'Critical' },
  status: {
    firing: 'Firing',
    acknowledged: 'Acknowledged',
    resolved: 'Resolved',
    corrected: 'Withdrawn: late data took its cause away',
  },
  cueLabel: {
    lottery_start: 'Lottery',
    lottery_end: 'Lottery over',
    flash_sale: 'Flash sale',
    closing: 'Closing',
  } as Record<string, string>,
  feed: { danmaku: 'danmaku', view: 'views', order: 'orders', cue: 'cues' },
  association: 'Association, not cause.',
  /** Why other channels were not told, where somebody or something kept them from it. */
  quiet: {
    silenced: 'Silenced: shown on this page only',
    inhibited: 'Another alert says it: shown on this page only',
  } as Partial<Record<NotifyReason, string>>,
  note: {
    /** The head of a message: how bad, in which room, what; `more` alerts beside the one that is named. */
    title: (severity: string, room: string, rule: string, more: number) =>
      `[${severity}] ${room}: ${rule}${more === 0 ? '' : ` and ${more} more`}`,
    item: (item: string) => `Item: ${item}`,
    since: (time: string) => `Since ${time}`,
    by: (name: string) => `by ${name}`,
    test: {
      title: 'Tallylight: a test',
      text: (channel: string) => `The channel "${channel}" works: alerts will be told here.`,
    },
  },
  /** What is asked, after "they ask about". */
  topic: {
    price: 'the price',
    how_to_buy: 'how to buy it',
    size: 'sizes',
    stock: 'stock',
    shipping: 'shipping',
    link: 'the link',
    lag: 'picture or sound: something fails',
    payment: 'paying: something fails',
    usage: 'how to use it and for whom it is',
  } as Record<string, string>,
  say: {
    dropoff: (ratio: string, excess: string, seconds: string) =>
      `Leaves at ${ratio} of what this audience should show: ${excess} viewers too many in ${seconds} s.`,
    dropoffWhy: (observed: string, expected: string) => `${observed} left, ${expected} expected of who was here.`,
    sure: (low: string, high: string) => `95 % between ${low} and ${high}`,
    kept: (observed: string, expected: string) => `${observed} stayed, ${expected} should have.`,
    burst: (now: string, usual: string) => `Meanwhile a traffic burst: ${now} joins/s, usually ${usual}.`,
    inferred: 'Leaves are inferred from arrivals and the number online: this feed does not report them.',
    cues: (labels: string) => `Script: ${labels}.`,
    feedSilent: (feed: string, seconds: string) =>
      `The ${feed} feed has said nothing for ${seconds} s while another goes on.`,
    usualGap: (seconds: string) => `It usually speaks every ${seconds} s.`,
    dataStale: (seconds: string) => `The monitor reads its log ${seconds} s behind.`,
    viewerSurge: (joins: string, expected: string, seconds: string) =>
      `${joins} viewers joined in ${seconds} s, ${expected} are usual.`,
    viewerCliff: (before: string, online: string, seconds: string) =>
      `Online fell from ${before} to ${online} within ${seconds} s.`,
    viewerCliffWhy: (missing: string) => `${missing} viewers fewer than this audience should be.`,
    danmakuSurge: (messages: string, expected: string, seconds: string) =>
      `${messages} messages in ${seconds} s, ${expected} are usual for so many viewers.`,
    refundSurge: (refunds: string, expected: string, seconds: string) =>
      `${refunds} orders refunded in ${seconds} s, ${expected} are usual for so many sold.`,
    conversionDrop: (clicks: string, paid: string, expected: string) =>
      `${clicks} clicks in the last minute brought ${paid} paid orders; ${expected} would be usual.`,
    checkoutFailure: (created: string, paid: string, expected: string) =>
      `${created} orders placed in the last minute, ${paid} paid; ${expected} would be usual.`,
    keywordSurge: (word: string, count: string, expected: string, seconds: string) =>
      `“${word}” in ${count} messages in ${seconds} s, ${expected} are usual.`,
    questionSurge: (topic: string, count: string, expected: string, seconds: string) =>
      `${count} messages in ${seconds} s about ${topic}; ${expected} are usual.`,
    forExample: (message: string) => `For example: ${message}`,
    negativeMood: (complaints: string, praise: string, usual: string, seconds: string) =>
      `${complaints} complaints against ${praise} messages of praise in ${seconds} s; usually ${usual} complain.`,
    prohibitedWords: (word: string, count: string, seconds: string) =>
      `The forbidden word “${word}” in ${count === '1' ? 'one message' : `${count} messages`} in ${seconds} s.`,
    gmvBehindPlan: (share: string) => `GMV is ${share} behind what is due by now.`,
    stockoutRisk: (left: string, pace: string, lasts: string, ahead: string) =>
      `${left} left and ${pace} sold a minute: gone in about ${lasts} s, and the item is on for some ${ahead} s more.`,
    soldOut: (ahead: string) => `Sold out, and the item is on for some ${ahead} s more.`,
    tracelessJoins: (joins: string, usual: string, traces: string, expected: string) =>
      `${joins} joins in a minute, ${usual} are usual, and they left ${traces} traces where ${expected} would be usual.`,
    absentOrders: (absent: string, orders: string, seconds: string) =>
      `${absent} of ${orders} orders in ${seconds} s were paid by nobody in the room.`,
    moveOn: (next: string, share: string) => `It earns ${share} of what ${next} earned a minute when it opened.`,
    hint: {
      gmv_behind_plan: 'Bring the strongest item forward, or add an offer.',
      stockout_risk: 'Add stock, or prepare the next item.',
      suspicious_traffic: 'Do not pay for it before it is checked; read the figures of these minutes with care.',
      move_on: 'Finish this item and bring on the next.',
      keyword_surge: 'Answer it on air, once, for all.',
      asked_lag: 'Check picture, sound and upload now.',
      asked_payment: 'Try an order yourself; tell the platform if paying fails.',
      asked_link: 'Put the link up, and say its number.',
      asked_stock: 'Say how many are left, or when more come.',
      asked_size: 'Read out the size table, or show it.',
      negative_mood: 'Read the complaints; answer the commonest, or change what is on.',
      prohibited_words: 'Let a moderator look at these messages.',
      viewer_surge: 'Greet them, and say again what is on and what it costs.',
      viewer_cliff: 'Check the picture, the sound and the platform; then what was just said.',
      danmaku_surge: 'Read what they write; answer the question that most ask.',
      refund_surge: 'Ask service what the refunds say; correct what was promised.',
      conversion_drop: 'Check link, price and stock of the item; move on if it is sold out.',
      checkout_failure: 'Try an order yourself; tell the platform if paying fails.',
    } as Record<string, string>,
    hintDropoff: 'Change the talk track, or move on to the next item.',
    hintFeed: 'Check the connector of this feed; numbers that need it stand still.',
    hintStale: 'Wait, or give the monitor more room; numbers are late, none is lost.',
    field: {
      observed: 'observed',
      expected: 'expected',
      ratio: 'ratio',
      excess_viewers: 'viewers too many',
      seconds: 'seconds',
      item_id: 'item',
      item_title: 'item',
      feed: 'feed',
    } as Record<string, string>,
  },
};
export type AlertWords = typeof alertEn;
