import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CompareAnswer,
  DanmakuAnswer,
  FunnelAnswer,
  HistoryAnswer,
  LiftAnswer,
  MetricsAnswer,
  PresentationRow,
  UsualAnswer,
} from '#contract';
import { documentedPaths, undocumented } from '../kit/documented.js';
import { playTwoEvenings, type TwoEvenings } from '../kit/two-evenings.js';
import type { WireEvent } from '../kit/oracle/index.js';

const START_UP_MS = 180_000;
let evenings: TwoEvenings;
const get = <T>(path: string): Promise<T> => evenings.monitor.get<T>(path);
beforeAll(async () => {
  evenings = await playTwoEvenings();
}, START_UP_MS);
afterAll(() => evenings.monitor.stop());

const text = (event: WireEvent, field: string): string => String((event as unknown as Record<string, unknown>)[field]);

/** The funnel counted from scratch: who entered at all, and what they did of each kind before `until(entered)`. */
const funnelOf = (events: readonly WireEvent[], item_id: string | null, horizon_ms: number): number[] => {
  const entered = new Map<string, number>();
  for (const event of events)
    if (event.type === 'enter' && !entered.has(text(event, 'viewer_id')))
      entered.set(text(event, 'viewer_id'), event.ts);
  let layer = new Set(entered.keys());
  return [
    layer.size,
    ...['item_expose', 'item_click', 'order_created', 'order_paid'].map((type) => {
      const did = events.filter(
        (event) =>
          event.type === type &&
          (item_id === null || text(event, 'item_id') === item_id) &&
          event.ts < (entered.get(text(event, 'viewer_id')) ?? -Infinity) + horizon_ms,
      );
      const viewers = new Set(did.map((event) => text(event, 'viewer_id')));
      layer = new Set([...layer].filter((viewer) => viewers.has(viewer)));
      return layer.size;
    }),
  ];
};
const uv = ({ layers }: FunnelAnswer): number[] => layers.map((layer) => layer.uv);

describe('the funnel', () => {
  it('counts viewers nested, as a count from scratch does, live and by cohort', async () => {
    const { first } = evenings.events;
    const whole = await get<FunnelAnswer>('/streams/first/funnel?by=source');
    expect(uv(whole)).toEqual(funnelOf(first, null, Infinity));
    expect(whole.layers.map(({ name }) => name)).toEqual(['entered', 'exposed', 'clicked', 'created', 'paid']);
    expect(uv(await get('/streams/first/funnel?horizon=60s'))).toEqual(funnelOf(first, null, 60_000));
    expect(uv(await get('/streams/first/funnel?item_id=knit-cardigan'))).toEqual(
      funnelOf(first, 'knit-cardigan', Infinity),
    );
    const sums = whole.layers.map((_, i) =>
      Object.values(whole.by_source!).reduce((sum, layers) => sum + layers[i]!.uv, 0),
    );
    expect(sums).toEqual(uv(whole));
  });

  it('beside it events, as the panes have them', async () => {
    const stream = await get<Record<string, number>>('/streams/first');
    const { layers } = await get<FunnelAnswer>('/streams/first/funnel');
    expect(layers.map(({ pv }) => pv).slice(0, 3)).toEqual([
      stream['enters'],
      stream['item_exposes'],
      stream['item_clicks'],
    ]);
  });
});

describe('danmaku', () => {
  it('come all, in order, page by page', async () => {
    const said: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: DanmakuAnswer = await get<DanmakuAnswer>(`/streams/first/danmaku?limit=7${at}`);
      said.push(...page.danmaku.map(({ event_id }) => event_id));
      ({ cursor } = page);
    }
    const expected = evenings.events.first
      .filter(({ type }) => type === 'danmaku')
      .sort((a, b) => a.ts - b.ts || (a.event_id < b.event_id ? -1 : 1))
      .map(({ event_id }) => event_id);
    expect(said).toEqual(expected);
  });
});

describe('on one clock', () => {
  it('compared sessions show what each shows alone', async () => {
    const { streams } = await get<CompareAnswer>('/compare?streams=first,second&step=1s&names=online,leaves');
    for (const { stream, points } of streams) {
      const alone = await get<MetricsAnswer>(`/streams/${stream.stream_id}/metrics?names=online,leaves`);
      const start = Math.floor(stream.started_at / 1000) * 1000;
      expect(points).toEqual(
        alone.points.map(({ ts, online, leaves }) => ({ s: ((ts as number) - start) / 1000, online, leaves })),
      );
    }
  });

  it('what is usual needs two sessions; one past session is none', async () => {
    expect(await get<UsualAnswer>('/streams/second/usual')).toMatchObject({
      step_ms: 60_000,
      sessions: ['first'],
      points: [],
    });
  });

  it.each([
    '/compare',
    '/compare?streams=',
    '/compare?streams=first&names=viewers',
    '/streams/first/funnel?horizon=0s',
  ])('%s is refused', async (path) => expect((await evenings.monitor.fetch(`/api/v1${path}`)).status).toBe(400));
});

describe('lift', () => {
  it('adds up to the ledger: items by their presentations, minutes by their presentation', async () => {
    const { items, marginal } = await get<LiftAnswer>('/streams/first/lift');
    const { presentations } = await get<{ presentations: PresentationRow[] }>('/streams/first/presentations');
    expect(items.length).toBeGreaterThan(1);
    for (const { item_id, on_orders_per_min } of items) {
      const ofItem = presentations.filter((row) => row.item_id === item_id);
      const sum = (name: 'credited_orders' | 'seconds'): number => ofItem.reduce((all, row) => all + row[name], 0);
      expect(on_orders_per_min).toBeCloseTo((60 * sum('credited_orders')) / sum('seconds'));
    }
    for (const { presentation_id, seconds, credited_gmv_minor } of presentations) {
      const minutes = marginal.filter((each) => each.presentation_id === presentation_id);
      expect(minutes).toHaveLength(Math.ceil(seconds / 60));
      const earned = minutes.reduce((all, { gmv_minor }) => all + gmv_minor, 0);
      expect(earned).toBeLessThanOrEqual(credited_gmv_minor);
    }
    expect(marginal.some(({ gmv_minor }) => gmv_minor > 0)).toBe(true);
  });
});

describe('the report', () => {
  it.each(['zh', 'en'])(
    'in %s is one page that loads nothing, with every item, and what the ledger says of it',
    async (lang) => {
      const answer = await evenings.monitor.fetch(`/api/v1/streams/first/report?lang=${lang}`);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      const page = await answer.text();
      const { presentations } = await get<{ presentations: PresentationRow[] }>('/streams/first/presentations');
      for (const { title } of presentations) expect(page).toContain(title);
      expect(page).toContain('<svg');
      expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(|https?:/);
      expect(page).toContain(lang === 'zh' ? '观看人数' : 'Viewers');
    },
  );
});

describe('the history of an item', () => {
  it('is its rows of every ledger, newest session first', async () => {
    const { presentations } = await get<HistoryAnswer>('/items/knit-cardigan/history');
    const rows: unknown[] = [];
    for (const stream_id of ['second', 'first']) {
      const ledger = await get<{ presentations: { item_id: string }[] }>(`/streams/${stream_id}/presentations`);
      rows.push(...ledger.presentations.filter(({ item_id }) => item_id === 'knit-cardigan').reverse());
    }
    expect(rows.length).toBeGreaterThan(1);
    expect(presentations).toMatchObject(rows as object[]);
    expect(presentations).toHaveLength(rows.length);
    expect(presentations[0]!.data).toMatchObject({ quality: 'final', coverage: expect.arrayContaining(['view']) });
  });
});

describe('every answer of a GET', () => {
  it('is as the document says', async () => {
    const document = await get<Parameters<typeof undocumented>[0]>('/openapi.json');
    const asked = { '/compare': '?streams=first,second', '/streams/{stream_id}/metrics': '?by=source,item&step=1m' };
    const paths = documentedPaths(document).filter((path) => !/export|report/.test(path));
    expect(paths.length).toBeGreaterThan(20);
    const found = [];
    for (const path of paths) {
      const route = path.replace('/api/v1', '');
      const filled = route.replace('{stream_id}', 'first').replace('{item_id}', 'knit-cardigan');
      const query = Object.entries(asked).find(([known]) => known === route)?.[1] ?? '';
      found.push(...undocumented(document, path, await get(filled + query)));
    }
    expect(found).toEqual([]);
  });
});
