import { afterAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../kit/random.js';
import { type StreamAnswers, answersOf, comparable } from '../simulation/crash-answers.js';
import { CrashMonitor } from '../simulation/crash-monitor.js';
import { CRASH_STREAMS, crashSession } from '../simulation/crash-session.js';

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const KILLS = Number(process.env['KILLS'] ?? 20);
/** Half of the kills fall while a body is taken, the others while its numbers are stored and snapshots are written. */
const KILL_WITHIN_MS = { taking: 15, storing: 400 };

const running: CrashMonitor[] = [];
afterAll(() => Promise.all(running.map((monitor) => monitor.discard())));

const readAll = async (monitor: CrashMonitor): Promise<StreamAnswers[]> => {
  const answers: StreamAnswers[] = [];
  for (const stream_id of CRASH_STREAMS) answers.push(await answersOf(monitor, stream_id));
  return answers;
};

/** Posts every body in turn, each until it is acknowledged, and kills the monitor over `kills` random ones of them. */
const run = async (bodies: readonly string[][], kills: number, random: Random): Promise<StreamAnswers[]> => {
  const monitor = new CrashMonitor();
  running.push(monitor);
  await monitor.start();
  const doomed = new Set<number>();
  while (doomed.size < kills) doomed.add(random.whole(0, bodies.length - 1));

  let lost = 0;
  for (const [index, body] of bodies.entries()) {
    if (doomed.has(index)) {
      const posting = monitor.post(body);
      await sleep(random.whole(0, random.chance(0.5) ? KILL_WITHIN_MS.taking : KILL_WITHIN_MS.storing));
      await monitor.kill();
      const posted = await posting;
      await monitor.start();
      if (posted.kind === 'taken') continue;
      lost++;
    }
    const posted = await monitor.post(body);
    if (posted.kind === 'lost') throw new Error(`body ${index} was lost without a kill`);
    expect(posted.rejected).toEqual([]);
  }
  console.info(`${kills} kills, ${lost} of them before the answer (seed ${SEED})`);
  return readAll(monitor);
};

describe('a monitor that is killed', () => {
  it('ends with the numbers and alerts of one that was not', async () => {
    const bodies = crashSession(SEED);
    const calm = await run(bodies, 0, new Random(SEED));
    const killed = await run(bodies, KILLS, new Random(SEED));
    expect(calm.some(({ alerts }) => alerts.length > 0)).toBe(true);
    for (const [i, answers] of killed.entries()) expect(comparable(answers)).toEqual(comparable(calm[i]!));
  }, 600_000);
});
