import type { ReadEvent } from '#domain';
import { migrate, openClient, StoreWriter } from '#store';

/**
 * A process that writes events of stream `s` into the store in argv[2] until it is killed, and prints the largest
 * position of each flush once that is done. With `open` in argv[3] it only opens the store.
 */
const [, , path = '', mode] = process.argv;
const EVENTS_PER_FLUSH = 200;

const event = (position: number): ReadEvent => ({
  event: { type: 'heartbeat', stream_id: 's', event_id: `e${position}`, ts: position, viewer: { hi: 0, lo: position } },
  input: 'journal',
  position,
  append_ts: position,
  lateness: 'on_time',
  effective_ts: position,
});

const writeForEver = async (): Promise<never> => {
  const client = await openClient({ kind: 'embedded', path });
  await migrate(client);
  const writer = new StoreWriter(client, (table, error) => console.error(table, error));
  for (let position = 0; ;) {
    const events = Array.from({ length: EVENTS_PER_FLUSH }, () => event(++position));
    writer.writeEvents(events);
    await writer.flush();
    process.stdout.write(`${position}\n`);
  }
};

const openOnly = async (): Promise<void> => {
  try {
    await openClient({ kind: 'embedded', path });
    process.stdout.write('opened\n');
  } catch (error) {
    process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`);
  }
  process.exit(0);
};

await (mode === 'open' ? openOnly() : writeForEver());
