import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as giveWay } from 'node:timers/promises';
import { loadConfig } from '#config';
import type { AlertDecision } from '#domain';
import { createLogger } from '#observe';
import { AlertLog, AlertRest } from '#push';
import { openFrameTape } from '../../apps/monitor/src/flow/frame-tape.js';
import { figure, type Bench } from './bench.js';

const SESSIONS = { full: 10_000, short: 1_200 };
/** Sessions that go on at once. */
const ROOMS = 1_000;
const ALERTS_PER_SESSION = 20;
const T0 = Date.UTC(2026, 0, 1, 12);

/**
 * Question: what do alerts of sessions that are over cost a process, in memory and at its start? A thousand rooms at
 * once have twenty alerts each, which begin and end, and then a thousand others. Memory is what is alive after a full
 * collection, above the same process without an alert log; times are processor time of opening the log, files in the
 * page cache: with all in memory (the baseline, and the only way there was), with a place to rest that is empty (as beside Kafka, and
 * after an update), and with what the run before left at rest.
 */
export const run: Bench = async (size) => {
  const alerts = SESSIONS[size] * ALERTS_PER_SESSION;
  const folder = await mkdtemp(join(tmpdir(), 'tallylight-bench-alerts-'));
  const resting = (): AlertRest => AlertRest.open(join(folder, 'at-rest'));
  await decideAll(await openOver(folder, resting()), SESSIONS[size]);
  const none = await bytesAlive();

  const measured = async (rest: AlertRest | null): Promise<{ s: number; bytes: number }> => {
    const began = process.cpuUsage();
    const log = await openOver(folder, rest);
    const { user, system } = process.cpuUsage(began);
    const s = (user + system) / 1e6;
    const bytes = ((await bytesAlive()) - none) / alerts;
    if (log.newestSeq('room 7 of 0') !== 2 * ALERTS_PER_SESSION) throw new Error('an alert is missing');
    await log.close();
    return { s, bytes };
  };
  const all = await measured(null);
  const empty = await measured(AlertRest.scratch(folder));
  const left = await measured(resting());
  await rm(folder, { recursive: true });
  const scale = `${alerts} alerts of ${SESSIONS[size]} sessions, ${2 * alerts} changes`;
  return [
    figure('alerts.memory', left.bytes, 'bytes/alert', undefined, `${scale}; all in memory ${all.bytes.toFixed(0)}`),
    figure('alerts.open', left.s, 's', undefined, `${scale}; the run before left most at rest`),
    figure(
      'alerts.open_whole',
      empty.s,
      's',
      undefined,
      `${scale}; nothing at rest yet; all in memory ${all.s.toFixed(1)}`,
    ),
  ];
};

/** An alert log that is closed with its tape. */
const openOver = async (
  folder: string,
  rest: AlertRest | null,
): Promise<Pick<AlertLog, 'decide' | 'newestSeq' | 'close'>> => {
  const outcome = loadConfig({ DATA_DIR: folder, JOURNAL_FSYNC: 'false' });
  if (outcome.kind === 'wrong') throw new Error(outcome.problems.join('\n'));
  const tape = await openFrameTape('alerts', outcome.config, createLogger('silent'));
  const log = await AlertLog.open(tape, { now: () => T0 }, undefined, rest);
  return {
    decide: (decisions) => log.decide(decisions),
    newestSeq: (stream_id) => log.newestSeq(stream_id),
    close: () => tape.close().then(() => log.close()),
  };
};

const decideAll = async (log: Pick<AlertLog, 'decide' | 'close'>, sessions: number): Promise<void> => {
  for (let from = 0; from < sessions; from += ROOMS)
    for (let i = 0; i < ALERTS_PER_SESSION; i++)
      for (const status of ['firing', 'resolved'] as const)
        await log.decide(
          Array.from({ length: Math.min(ROOMS, sessions - from) }, (_, room) =>
            decisionOf(`room ${room} of ${from / ROOMS}`, i, status),
          ),
        );
  await log.close();
};

/** As large as those of a drop-off are, and no two alike. */
const decisionOf = (stream_id: string, i: number, status: 'firing' | 'resolved'): AlertDecision => {
  const at = T0 + i * 600_000 + stream_id.length;
  const resolved_at = status === 'resolved' ? at + 45_000 : null;
  const share = ((i * 7919 + stream_id.charCodeAt(5)) % 1000) / 1000;
  return {
    ...{ alert_id: `${stream_id}-${i}`, stream_id, rule: 'dropoff_spike', severity: 'warning', status },
    ...{ started_at: at - 12_000, detected_at: at, updated_at: resolved_at ?? at, resolved_at },
    ...{ item_id: `item-${i}`, presentation_id: `${stream_id}/item-${i}/${at}` },
    summary: { key: 'alert.dropoff_spike', values: { ratio: 2 + share, observed: 210 + i, expected: 90.3 * share } },
    evidence: {
      ...{ observed: 210 + i, expected: 90.3 * share, ratio: 2 + share, ratio_low: 1.6 + share, ratio_high: 3 + share },
      ...{ excess_viewers: 120 * share, seconds: 12, audience: 5_000 + i, inferred: false, item_title: `Item ${i}` },
      by_band: [0, 10, 30, 60, 180, 600, 1800].map((from_s, band) => ({
        ...{ from_s, to_s: from_s * 3, observed: 10 + band * i, expected: 7.7 * share * (band + 1) },
      })),
      ...{ retention: { observed: 0.91 * share, expected: 0.97 * share }, traffic_burst: null, script_cues: [] },
      ...{
        score: 17.3 + share,
        threshold: 14.2,
        dispersion: 1.31,
        calibration_version: '2026-11',
        context_version: '1',
      },
      caveat: { key: 'alert.caveat.association_not_cause', values: {} },
    },
    hint: { key: 'alert.hint.move_on', values: { item: `Item ${i}` } },
  };
};

const bytesAlive = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await giveWay();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
