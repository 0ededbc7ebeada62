import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import type { AlertsAnswer, KeywordsAnswer, PresentationRow, WordsAnswer, WordsMessage } from '#contract';
import type { Heard } from '#domain';
import { createUnderstanding, DEFAULT_PROHIBITED, jiebaSegmenter } from '#words';
import { ADMIN_TOKEN, startMonitorApp, type MonitorUnderTest } from '../kit/monitor-app.js';
import { playTwoEvenings, type TwoEvenings } from '../kit/two-evenings.js';

const START_UP_MS = 180_000;
const WITHIN_MS = 30_000;
const WORDS_SHOWN = 50;
const QUESTIONS_SHOWN = 20;
const { understand } = createUnderstanding(jiebaSegmenter(), DEFAULT_PROHIBITED);

/** What is said, counted one message after the other, by nothing that the monitor counts with. */
const countOf = (texts: readonly string[], of: (heard: Heard) => readonly (string | null)[]): [string, number][] => {
  const counts: Record<string, number> = {};
  for (const text of texts)
    for (const key of of(understand(text))) if (key !== null) counts[key] = (counts[key] ?? 0) + 1;
  return Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
};
const words = (texts: readonly string[]) => countOf(texts, (heard) => heard.words);
const topics = (texts: readonly string[]) => countOf(texts, (heard) => [heard.topic]);

const expectCounted = (answer: KeywordsAnswer, asked: readonly string[], rest: readonly string[]): void => {
  const usual = { words: new Map(words(rest)), topics: new Map(topics(rest)) };
  const growth = (count: number, there: number | undefined): number | null =>
    there === undefined ? null : (expect.closeTo(count / asked.length / (there / rest.length), 9) as unknown as number);
  expect(answer.words).toEqual(
    words(asked)
      .slice(0, WORDS_SHOWN)
      .map(([word, count]) => ({ word, count, growth: growth(count, usual.words.get(word)) })),
  );
  expect(answer.questions.map(({ topic, count, growth: grown }) => ({ topic, count, growth: grown }))).toEqual(
    topics(asked)
      .slice(0, QUESTIONS_SHOWN)
      .map(([topic, count]) => ({ topic, count, growth: growth(count, usual.topics.get(topic)) })),
  );
  const moods = asked.map((text) => understand(text).mood);
  expect(answer.mood).toEqual({
    messages: asked.length,
    praise: moods.filter((mood) => mood === 'praise').length,
    complaints: moods.filter((mood) => mood === 'complaint').length,
  });
};

describe('keywords of a session', () => {
  let evenings: TwoEvenings;
  let said: { ts: number; text: string }[];
  const ask = (query = ''): Promise<KeywordsAnswer> => evenings.monitor.get(`/streams/first/keywords${query}`);
  const texts = (isAsked: (ts: number) => boolean): string[] =>
    said.filter(({ ts }) => isAsked(ts)).map(({ text }) => text);
  beforeAll(async () => {
    evenings = await playTwoEvenings();
    const { ended_at } = await evenings.monitor.get<{ ended_at: number }>('/streams/first');
    said = evenings.events.first
      .filter(({ type, ts }) => type === 'danmaku' && ts < ended_at)
      .map((event) => event as unknown as { ts: number; text: string });
  }, START_UP_MS);
  afterAll(() => evenings.monitor.stop());

  it('are those of a count from scratch, whole: nothing is left to grow against', async () => {
    expect(said.length).toBeGreaterThan(15);
    const whole = await ask();
    expectCounted(
      whole,
      texts(() => true),
      [],
    );
    expect(whole.questions.length).toBeGreaterThan(0);
    expect(whole.words.every(({ growth }) => growth === null)).toBe(true);
  });

  it('of a range grow against the rest', async () => {
    const from = Math.floor(said[0]!.ts / 1000) * 1000 + 60_000;
    const to = from + 90_000;
    const isAsked = (ts: number): boolean => ts >= from && ts < to;
    expectCounted(
      await ask(`?from=${from}&to=${to}`),
      texts(isAsked),
      texts((ts) => !isAsked(ts)),
    );
  });

  it('of an item and of a presentation are of when it was on', async () => {
    const { presentations } = await evenings.monitor.get<{ presentations: PresentationRow[] }>(
      '/streams/first/presentations',
    );
    const [first] = presentations;
    const during = (id: string) => (ts: number) =>
      presentations.some((each) => each.item_id === id && ts >= each.from && ts < (each.to ?? Infinity));
    const ofItem = during(first!.item_id);
    expectCounted(
      await ask(`?item_id=${first!.item_id}`),
      texts(ofItem),
      texts((ts) => !ofItem(ts)),
    );
    const ofOne = (ts: number): boolean => ts >= first!.from && ts < (first!.to ?? Infinity);
    const id = encodeURIComponent(first!.presentation_id);
    expectCounted(
      await ask(`?presentation_id=${id}`),
      texts(ofOne),
      texts((ts) => !ofOne(ts)),
    );
    const nothing = { words: [], questions: [], mood: { messages: 0, praise: 0, complaints: 0 } };
    expect(await ask('?item_id=never-on')).toMatchObject(nothing);
    const unknown = await evenings.monitor.fetch('/api/v1/streams/first/keywords?presentation_id=none');
    expect(unknown.status).toBe(404);
  });
});

describe('what is said on air', () => {
  const NOW = Date.now();
  let folder: string;
  let monitor: MonitorUnderTest;
  const open = async (): Promise<void> => {
    monitor = await startMonitorApp(NOW, { DATA_DIR: folder });
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallylight-words-'));
    await open();
  }, START_UP_MS);
  afterAll(async () => {
    await monitor.stop();
    await rm(folder, { recursive: true });
  });

  let ids = 0;
  const say = async (stream_id: string, texts: readonly string[], ts: number): Promise<void> => {
    const lines = texts.map((text) =>
      JSON.stringify({ type: 'danmaku', event_id: `d${ids++}`, stream_id, ts, viewer_id: 'ann', text }),
    );
    const answer = await monitor.fetch('/api/v1/events', {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.status).toBe(200);
  };
  const put = (body: unknown): Promise<Response> =>
    monitor.fetch('/api/v1/words', {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const until = async <T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> => {
    for (const end = performance.now() + WITHIN_MS; ;) {
      const value = await ask();
      if (isSo(value)) return value;
      if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const alertsOf = async (stream_id: string) =>
    (await monitor.get<AlertsAnswer>(`/streams/${stream_id}/alerts`)).alerts.filter(
      ({ rule }) => rule === 'prohibited_words',
    );

  it('comes every 5 s to who listens: the last minute of final panes, redacted', async () => {
    await say('talk', ['多少钱', '什么价 13800138000', '好看'], NOW - 20_000);
    await say('talk', ['这个怎么卖'], NOW - 10_000);
    const socket = io(`${monitor.url}/live`, { transports: ['websocket'], auth: { token: ADMIN_TOKEN } });
    try {
      const words = new Promise<WordsMessage>((resolve) => socket.once('words', resolve));
      await until(
        () => socket.emitWithAck('subscribe', { stream_id: 'talk' }),
        (reply: { ok: boolean }) => reply.ok,
      );
      const { questions, mood, stream_id, mode } = await words;
      expect({ stream_id, mode }).toEqual({ stream_id: 'talk', mode: 'live' });
      expect(questions).toEqual([
        { topic: 'price', count: 2, growth: null, example: `什么价 ${'*'.repeat(11)}`, last_ts: NOW - 20_000 },
      ]);
      expect(mood).toEqual({ messages: 3, praise: 1, complaints: 0 });
    } finally {
      socket.close();
    }
  });

  it('is held against the list of prohibited words, which changes at once and stays', async () => {
    const { words: listed } = await monitor.get<WordsAnswer>('/words');
    expect(listed).toEqual(DEFAULT_PROHIBITED);
    await say('spam', ['加 微 信 abc'], NOW - 20_000);
    await say('spam', ['好'], NOW - 15_000);
    const [first] = await until(
      () => alertsOf('spam'),
      (alerts) => alerts.length === 1,
    );
    expect(first!.summary.values).toMatchObject({ word: '加微信', count: 1 });

    expect((await put({ words: ['秒杀价', '秒杀价'] })).status).toBe(200);
    await say('spam', ['加微信', '今天秒-杀-价'], NOW - 12_000);
    await say('spam', ['好'], NOW - 5_000);
    const alerts = await until(
      () => alertsOf('spam'),
      (all) => all.length === 2,
    );
    expect(alerts.map(({ summary }) => summary.values['word']).sort()).toEqual(['加微信', '秒杀价'].sort());

    await monitor.stop();
    await open();
    expect((await monitor.get<WordsAnswer>('/words')).words).toEqual(['秒杀价']);
  });

  it('is not held against what is no list of words', async () => {
    for (const body of [{}, { words: [''] }, { words: ['!!!'] }, { words: 'x' }, { words: [], more: 1 }])
      expect((await put(body)).status).toBe(400);
  });
});
