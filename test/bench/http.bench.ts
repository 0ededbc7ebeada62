import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compare, type Bench } from './bench.js';
import { MonitorUnderLoad, postLanes } from './monitor-under-load.js';
import { bodiesOf, EVENTS_PER_BODY, eventsOfRooms } from './rooms.js';

const EVENTS = { full: 200_000, short: 20_000 };
const ROUNDS = { full: 5, short: 1 };
const CONNECTIONS = 4;

/**
 * Question: how many posted events a second become durable, against a bare Node server that only reads and parses the
 * same bodies? The monitor is the real program in a process of its own, journal synced, and does all its other work
 * meanwhile: windows, detection, storing. Each connection posts its own streams in order, and each round others, so nothing is
 * late or a duplicate.
 */
export const run: Bench = async (size) => {
  const bodies = bodiesOf(eventsOfRooms(EVENTS[size] / CONNECTIONS)).map((body) => body.toString('utf8'));
  const lane = (name: string): Buffer[] => bodies.map((body) => Buffer.from(body.replaceAll('"douyin:', `"${name}:`)));
  const monitor = new MonitorUnderLoad();
  await monitor.start();
  const bare = await startBareServer();
  let rounds = 0;
  const posting = async (url: string): Promise<number> => {
    const round = rounds++;
    await postLanes(
      url,
      Array.from({ length: CONNECTIONS }, (_, connection) => lane(`${round}-${connection}`)),
    );
    return EVENTS[size];
  };
  const baseline = {
    name: 'bare Node server: read and JSON.parse',
    round: () => posting(bare.url),
    cpuMs: async () => Number(await (await fetch(bare.url)).text()),
  };
  const subject = { round: () => posting(monitor.url), cpuMs: async () => 1000 * (await monitor.cpuSeconds()) };
  const goal = { ratio_min: 0.4 };
  const note = `${CONNECTIONS} connections, ${EVENTS_PER_BODY} events a body; cpu_ratio is of the servers`;
  const told = { rounds: ROUNDS[size], unit: 'events/s', goal, note };
  try {
    return [await compare('http', baseline, subject, told)];
  } finally {
    bare.process.kill();
    await monitor.discard();
  }
};

const startBareServer = async (): Promise<{ process: ChildProcess; url: string }> => {
  const program = fileURLToPath(new URL('./parse-server.js', import.meta.url));
  const process = spawn(globalThis.process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(process.stdout, 'data')) as [Buffer];
  return { process, url: `http://127.0.0.1:${port.toString().trim()}` };
};
