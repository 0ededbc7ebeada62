import { createDecoder, createPseudonymiser } from '#decode';
import { compare, type Bench } from './bench.js';

const RECORDS = { full: 100_000, short: 5_000 };
const ROUNDS = { full: 9, short: 1 };
const VIEWERS = 20_000;
const T0 = 1_764_000_000_000;

/**
 * Question: what does a valid event cost, against `JSON.parse` of the same record?
 * Both start from the bytes of a fetched batch: the baseline makes the string that `JSON.parse` wants and throws the
 * object away; the subject scans, checks every rule, pseudonymises and makes the event. A second line gives the baseline
 * its strings for nothing. A third takes the scanner's fast path away, by one unknown field in every record.
 */
export const run: Bench = async (size) => {
  const strings = recordsOfARoom(RECORDS[size]);
  const plain = batchOf(strings);
  const unusual = batchOf(strings.map((record) => `{"v":1,${record.slice(1)}`));
  const told = { rounds: ROUNDS[size], unit: 'events/s' };

  const parseStrings = (): number => {
    let ts = 0;
    for (const text of strings) ts ^= (JSON.parse(text) as { ts: number }).ts;
    return ts === 1 ? 0 : strings.length;
  };
  const fromBytes = 'JSON.parse from bytes';
  const fromStrings = { name: 'JSON.parse from ready strings', round: parseStrings };
  const goal = { ratio_min: 0.85 };
  return [
    await compare('decode', { name: fromBytes, round: parsing(plain) }, { round: decoding(plain) }, { ...told, goal }),
    await compare('decode.over_strings', fromStrings, { round: decoding(plain) }, told),
    await compare('decode.slow_path', { name: fromBytes, round: parsing(unusual) }, { round: decoding(unusual) }, told),
  ];
};

interface Batch {
  bytes: Buffer;
  /** Record n is `bytes[bounds[n], bounds[n + 1] - 1)`. */
  bounds: number[];
}

const batchOf = (records: string[]): Batch => {
  const bytes = Buffer.from(records.join('\n') + '\n');
  const bounds = [0];
  for (const record of records) bounds.push(bounds[bounds.length - 1]! + Buffer.byteLength(record) + 1);
  return { bytes, bounds };
};

/** The xor of all `ts` is looked at, so that no compiler may leave the work out. */
const parsing =
  ({ bytes, bounds }: Batch) =>
  (): number => {
    let ts = 0;
    for (let n = 0; n + 1 < bounds.length; n++) {
      ts ^= (JSON.parse(bytes.toString('utf8', bounds[n], bounds[n + 1]! - 1)) as { ts: number }).ts;
    }
    return ts === 1 ? 0 : bounds.length - 1;
  };

const decoding = ({ bytes, bounds }: Batch): (() => number) => {
  const decoder = createDecoder({ pseudonymise: createPseudonymiser('a key of the bench'), maxFutureMs: 60_000 });
  return () => {
    let ts = 0;
    for (let n = 0; n + 1 < bounds.length; n++) {
      const decoded = decoder.decode(bytes, bounds[n]!, bounds[n + 1]! - 1, T0 + 3_600_000);
      if (!decoded.ok) throw new Error(decoded.detail);
      ts ^= decoded.event.ts;
    }
    return ts === 1 ? 0 : bounds.length - 1;
  };
};

/** A busy room of 20,000 viewers: a heartbeat each ten seconds, and beside them what people do. About 210 bytes each. */
const recordsOfARoom = (records: number): string[] =>
  Array.from({ length: records }, (_, n) => JSON.stringify(recordAt(n)));

const recordAt = (n: number): Record<string, unknown> => {
  const viewer = (n * 7_919) % VIEWERS;
  const common = (type: string) => ({
    event_id: `01J9ZK4Q7XN3T${(n + 1_000_000).toString(36).padStart(13, '0')}`,
    type,
    stream_id: `douyin:room-7301245519:2025-11-24-${n % 3}`,
    ts: T0 + n * 5,
    viewer_id: `MS4wLjABAAAA${viewer.toString(36).padStart(8, 'x')}_${(viewer * 48_271).toString(36)}`,
  });
  const item_id = `sku-${100_000 + (n % 60)}`;
  const share = n % 100;
  if (share < 62) return common('heartbeat');
  if (share < 76) return { ...common('danmaku'), text: CHAT[n % CHAT.length] };
  if (share < 83) return { ...common('like'), count: 1 + (n % 40) };
  if (share < 88) {
    const source = ['recommend', 'follow', 'search', 'short_video'][n % 4];
    return { ...common('enter'), source, returning: n % 3 === 0, device: 'android', region: '浙江' };
  }
  if (share < 92) return common('leave');
  if (share < 98) return { ...common(n % 2 === 0 ? 'item_click' : 'item_expose'), item_id };
  const line = { order_id: `69${n}`, item_id, quantity: 1 + (n % 3), amount_minor: 9_900 + n, currency: 'CNY' };
  return { ...common(n % 2 === 0 ? 'order_created' : 'order_paid'), ...line, source: 'recommend' };
};

const CHAT = [
  '主播这个多少钱？',
  '已拍！求快点发货，谢谢家人们',
  '110斤160穿什么码合适呀',
  '来了来了',
  '第三次回购了，真的好用，推荐大家入手😀',
  '3号链接没库存了，什么时候补货',
  '666666',
];
