import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGateway, summaryOf, type GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import { Wall } from './wall.js';

const START_TS = 1_790_000_000_000;
const ROOMS = 1_001;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
  gateway.writer.writeStreams(
    Array.from({ length: ROOMS }, (_, i) => summaryOf(`${i % 2 === 0 ? 'even' : 'odd'}-${i}`, START_TS + i, 3)),
  );
  await gateway.writer.flush();
});
afterAll(() => gateway.close());

it('the first two who look at the wall at once both see every room that is on air, each only theirs', async () => {
  const wall = gateway.app.get(Wall);
  const [all, odd] = await Promise.all([
    wall.rows({ role: 'admin', streams: [] }),
    wall.rows({ role: 'control_room', streams: ['odd-*'] }),
  ]);
  expect(all).toHaveLength(ROOMS);
  expect(odd).toHaveLength((ROOMS - 1) / 2);
});
