import { createUnderstanding, DEFAULT_PROHIBITED, jiebaSegmenter } from '#words';
import { DEFAULT_SESSION, simulateSession } from '#simulate';
import { compare, type Bench } from './bench.js';

const MESSAGES = { full: 20_000, short: 1_000 };
const ROUNDS = { full: 9, short: 1 };

/**
 * Question: what does it cost to understand a message, and how many a second does one core understand?
 * Both start from the record as a string: the baseline parses it and throws it away; the subject parses it as well and
 * understands its text: words, topic, mood, listed words. Messages are the simulator's, of a busy room; each text that
 * comes again is understood again.
 */
export const run: Bench = async (size) => {
  const records = recordsOf(MESSAGES[size]);
  const { understand } = createUnderstanding(jiebaSegmenter(), DEFAULT_PROHIBITED);
  const baseline = (): number => {
    let length = 0;
    for (const record of records) length += parse(record).text.length;
    return length === 0 ? 0 : records.length;
  };
  const subject = (): number => {
    let found = 0;
    for (const record of records) found += understand(parse(record).text).words.length;
    return found === 0 ? 0 : records.length;
  };
  const told = {
    rounds: ROUNDS[size],
    unit: 'messages/s',
    note: 'a room of 2,000 messages a second must fit one core',
  };
  const goal = { ratio_min: 0.02 };
  return [await compare('words', { name: 'JSON.parse', round: baseline }, { round: subject }, { ...told, goal })];
};

const parse = (record: string): { text: string } => JSON.parse(record) as { text: string };

const recordsOf = (count: number): string[] => {
  const records: string[] = [];
  for (const event of simulateSession({ ...DEFAULT_SESSION, seed: 11, online: 8_000, duration_s: 3_600 })) {
    if (event.type !== 'danmaku') continue;
    records.push(JSON.stringify(event));
    if (records.length === count) break;
  }
  return records;
};
