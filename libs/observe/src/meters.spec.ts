import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createMeters } from './index.js';

describe('the meters', () => {
  it('all carry the prefix, and the event loop is among them', async () => {
    const { registry } = createMeters();
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('tallylight_'))).toEqual([]);
    expect(names).toContain('tallylight_nodejs_eventloop_lag_p99_seconds');
    registry.clear();
  });

  it('are those that the guide to operating lists, with their labels, and no others', async () => {
    const { registry } = createMeters();
    const own = (await registry.getMetricsAsJSON())
      .map(({ name }) => name)
      .filter((name) => !/^tallylight_(process|nodejs)_/.test(name));
    const labels = (name: string): string[] =>
      (registry.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames;
    const guide = readFileSync('docs/operating.md', 'utf8');
    const rows = [...guide.matchAll(/^\| `(tallylight_\w+)`\s*\| ([^|]*)\|/gm)];
    const listed = rows.map(([, name, of]) => [name, [...of!.matchAll(/`(\w+)`/g)].map(([, label]) => label)]);
    expect(listed).toEqual(own.map((name) => [name, labels(name)]));
    registry.clear();
  });

  it('count by reason', async () => {
    const meters = createMeters();
    meters.eventsRejected.inc({ reason: 'not_json' }, 2);
    expect(await meters.registry.metrics()).toContain('tallylight_events_rejected_total{reason="not_json"} 2');
    meters.registry.clear();
  });

  it('of two programs in one process are apart', async () => {
    const [one, other] = [createMeters(), createMeters()];
    one.httpOverloaded.inc();
    expect(await other.registry.metrics()).toContain('tallylight_http_overloaded_total 0');
    one.registry.clear();
    other.registry.clear();
  });
});
