import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyPane } from '#domain';
import { StoreReader } from '#store';
import { startGateway, summaryOf } from '../../../../test/kit/gateway-app.js';
import type { GatewayUnderTest } from '../../../../test/kit/gateway-app.js';
import type { LiveNamespace, LiveSocket } from '../live/audience.js';
import { HostBroadcast } from './host-broadcast.js';
import { HostScreens } from './host-screens.js';

const START_TS = 1_790_000_000_000;
const LONG_MS = 60_000;

let gateway: GatewayUnderTest;
let screens: HostScreens;
beforeAll(async () => {
  gateway = await startGateway();
  screens = gateway.app.get(HostScreens);
  gateway.writer.writePanes([{ ...emptyPane('room-1', START_TS), revision: 1, orders_paid: 2, gmv_paid_minor: 700 }]);
  gateway.writer.writeStreams([summaryOf('room-1', START_TS, 1)]);
  await gateway.writer.flush();
});
afterAll(() => gateway.close());

/** The store answers what was on only once it is let; `asked` counts, `began` settles with the first. */
const holdStore = () => {
  const reader = gateway.app.get(StoreReader);
  const read = reader.presentations.bind(reader);
  const held = { asked: 0, began: Promise.resolve(), letGo: () => undefined as void };
  const gate = new Promise<void>((open) => (held.letGo = open));
  held.began = new Promise((begin) => {
    reader.presentations = async (stream_id) => {
      held.asked++;
      begin();
      await gate;
      return read(stream_id);
    };
  });
  return held;
};

describe('a screen while the store is slow', () => {
  it('is read once for all who ask meanwhile, and is as young as the end of that', async () => {
    const held = holdStore();
    const first = screens.of('room-1');
    await held.began;
    gateway.clock.now += LONG_MS;
    const second = screens.of('room-1');
    gateway.clock.now += LONG_MS;
    held.letGo();
    expect(await second).toEqual(await first);
    await screens.of('room-1');
    expect(held.asked).toBe(1);
    gateway.clock.now += LONG_MS;
    await screens.of('room-1');
    expect(held.asked).toBe(2);
  });

  it('keeps back only the messages of its own room', async () => {
    gateway.clock.now += LONG_MS;
    const told: string[] = [];
    const volatile = { emit: (_event: string, { stream_id }: { stream_id: string }) => told.push(stream_id) };
    const namespace = { to: () => ({ volatile }) } as unknown as LiveNamespace;
    const ends = new Map<string, () => void>();
    const asked: string[] = [];
    const slow = {
      of: (stream_id: string) => {
        asked.push(stream_id);
        return new Promise((done) => ends.set(stream_id, () => done({ stream_id })));
      },
    } as unknown as HostScreens;
    const hosts = new HostBroadcast(namespace, slow);
    const socket = () => ({ join: () => undefined, leave: () => undefined }) as unknown as LiveSocket;
    hosts.join('slow', socket());
    void hosts.tell();
    hosts.join('quick', socket());
    const second = hosts.tell();
    ends.get('quick')!();
    await second;
    expect({ told, asked }).toEqual({ told: ['quick'], asked: ['slow', 'quick'] });
  });
});

it('a screen shows the sales of the panes that are stored', async () => {
  await screens.putView('room-1', { show: ['gmv', 'orders'], message: null });
  expect(await screens.of('room-1')).toMatchObject({ gmv_minor: 700, orders: 2 });
});
