import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamRow } from '#contract';
import { startGateway, summaryOf, type GatewayUnderTest } from '../../../../test/kit/gateway-app.js';

const START_TS = 1_790_000_000_000;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
  gateway.writer.writeStreams([
    summaryOf('on-air', START_TS, 3),
    { ...summaryOf('over', START_TS, 3), status: 'ended', ended_at: START_TS + 3_000 },
  ]);
  await gateway.writer.flush();
  for (const stream_id of ['on-air', 'over']) {
    const as_of = START_TS + 3_000;
    gateway.rooms.rooms.set(stream_id, {
      ...{ stream_id, as_of, status: 'live', panes: [], windows: { '10s': {}, '60s': {}, '300s': {} } },
      ...{ item_on: null, online: 1, quality: 'final' },
      data: { as_of, log_lag_ms: 0, late: 0, too_late: 0, coverage: ['view'], quality: 'stale' },
    });
  }
});
afterAll(() => gateway.close());

const qualityOf = async (stream_id: string): Promise<string> => {
  const headers = { authorization: `Bearer ${await gateway.token('control_room')}` };
  const answer = await fetch(`${gateway.url}/api/v1/streams/${stream_id}`, { headers });
  return ((await answer.json()) as StreamRow).data.quality;
};

describe('the data of a stream', () => {
  it('are stale while its room hears nothing', async () => expect(await qualityOf('on-air')).toBe('stale'));

  // A process that is told of rooms over Kafka may hear of the end after the store has it.
  it('are not stale once it is stored as ended, whatever its room still shows', async () =>
    expect(await qualityOf('over')).toBe('final'));
});
