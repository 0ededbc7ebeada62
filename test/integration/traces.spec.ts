import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CrashMonitor } from '../simulation/crash-monitor.js';

const START_TS = 1_750_000_000_000;
const STOPS_WITHIN_MS = 10_000;
const TIMEOUT_MS = 120_000;

interface Span {
  name: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}
interface Sent {
  resourceSpans: { resource: Pick<Span, 'attributes'>; scopeSpans: { spans: Span[] }[] }[];
}

describe('a monitor that is told where traces go', () => {
  const running: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of running.splice(0)) await stop();
  });

  /** Something that takes spans, or lets whoever brings them wait for ever. */
  const collector = async (answers: boolean): Promise<{ url: string; sent: Sent[] }> => {
    const sent: Sent[] = [];
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        sent.push(JSON.parse(Buffer.concat(chunks).toString()) as Sent);
        if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
  };

  const monitorTo = async (url: string, more: Record<string, string> = {}): Promise<CrashMonitor> => {
    const monitor = new CrashMonitor({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...more });
    running.push(() => monitor.discard());
    await monitor.start();
    const events = Array.from({ length: 60 }, (_, n) => ({
      ...{ type: n % 2 === 0 ? 'enter' : 'leave', event_id: `e${n}`, stream_id: 'traced', viewer_id: `v${n >> 1}` },
      ts: START_TS + 1_000 * n,
    }));
    await monitor.post(events.map((event) => JSON.stringify(event)));
    await monitor.get('/streams/traced/metrics?step=1s');
    return monitor;
  };

  it(
    'sends spans of a real session: what is done in batches, each step within its batch, and never an event',
    async () => {
      const { url, sent } = await collector(true);
      const monitor = await monitorTo(url);
      expect(await monitor.stop()).toBe(0);
      const all = sent.flatMap(({ resourceSpans }) => resourceSpans);
      const spans = all.flatMap(({ scopeSpans }) => scopeSpans).flatMap((each) => each.spans);
      expect(all[0]!.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'tallylight' } });
      const names = new Set(spans.map(({ name }) => name));
      for (const name of [
        'lane.load',
        'intake',
        'batch',
        'window',
        'detect',
        'store',
        'store.insert',
        'checkpoint',
        'http',
      ])
        expect([...names]).toContain(name);
      const batches = new Set(spans.filter(({ name }) => name === 'batch').map(({ spanId }) => spanId));
      const steps = spans.filter(({ name }) => ['window', 'detect', 'store'].includes(name));
      for (const { parentSpanId } of steps) expect(batches).toContain(parentSpanId);
      const routes = spans.flatMap(({ attributes }) => attributes).filter(({ key }) => key === 'route');
      expect(routes).toContainEqual({ key: 'route', value: { stringValue: '/api/v1/streams/:stream_id/metrics' } });
      expect(batches.size).toBeLessThan(20);
    },
    TIMEOUT_MS,
  );

  it(
    'sends none where none is sampled',
    async () => {
      const { url, sent } = await collector(true);
      const monitor = await monitorTo(url, { OTEL_TRACES_SAMPLER: 'always_off' });
      expect(await monitor.stop()).toBe(0);
      expect(sent).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'stops in time where nobody takes them',
    async () => {
      const { url } = await collector(false);
      const monitor = await monitorTo(url);
      const isLate = new Promise((resolve) => setTimeout(resolve, STOPS_WITHIN_MS, 'late').unref());
      expect(await Promise.race([monitor.stop(), isLate])).toBe(0);
    },
    TIMEOUT_MS,
  );
});
