import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, Size } from './bench.js';

/** Every bench by its name. Each is loaded only in the process that runs it. */
const BENCHES: Readonly<Record<string, () => Promise<{ run: Bench }>>> = {
  decode: () => import('./decode.bench.js'),
  words: () => import('./words.bench.js'),
  window: () => import('./window.bench.js'),
  pipeline: () => import('./pipeline.bench.js'),
  http: () => import('./http.bench.js'),
  presence: () => import('./presence.bench.js'),
  idle: () => import('./idle.bench.js'),
  socket: () => import('./socket.bench.js'),
  start: () => import('./start.bench.js'),
  page: () => import('./page.bench.js'),
  kafka: () => import('./kafka.bench.js'),
  'kafka-processes': () => import('./kafka-processes.bench.js'),
  'kafka-room': () => import('./kafka-room.bench.js'),
  alerts: () => import('./alerts.bench.js'),
  season: () => import('./season.bench.js'),
};

/** Benches that run side by side. */
const AT_ONCE: Readonly<Record<Size, number>> = { full: 1, short: 2 };

/** Runs one bench in this process and prints a JSON line for each of its figures. */
const runHere = async (name: string, size: Size): Promise<void> => {
  const { run } = await BENCHES[name]!();
  for (const result of await run(size)) {
    console.log(JSON.stringify({ ...result, size, load_average: Number(loadavg()[0]!.toFixed(2)) }));
  }
};

/** Runs one bench in a new process: no bench inherits the garbage, the heap or the compiled code of another. */
const runApart = async (name: string, size: Size): Promise<boolean> => {
  const program = [fileURLToPath(import.meta.url), '--here', '--only', name, ...(size === 'short' ? ['--short'] : [])];
  const child = spawn(process.execPath, ['--expose-gc', ...program], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
};

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean' }, here: { type: 'boolean' } },
});
const size: Size = values.short === true ? 'short' : 'full';
const names = values.only === undefined ? Object.keys(BENCHES) : values.only.split(',');
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
/** Of the benches that are left, one after the other. */
const runLeft = async (left: string[]): Promise<void> => {
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (values.here === true) await runHere(name, size);
    else if (!(await runApart(name, size))) process.exitCode = 1;
  }
};
// A figure counts only where nothing else runs; those of short ones do not count, and most of their time they wait.
const left = [...names];
await Promise.all(Array.from({ length: AT_ONCE[size] }, () => runLeft(left)));
// chDB keeps a process that used it alive.
if (values.here === true) process.exit();
