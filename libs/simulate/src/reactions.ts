import type { PresentViewer, Tick } from './audience.js';
import { excitement, sayingFor } from './chatter.js';
import type { Random } from './random.js';
import type { Slot } from './rundown.js';
import type { FaultKind } from './session-options.js';
import type { Happening, WireEventBody } from './wire-event.js';

/** Per viewer-second, in a calm minute. */
const RATES = { danmaku: 0.0009, like: 0.004, follow: 0.0003, share: 0.00008, group_join: 0.00006 } as const;
/** Taps of a like arrive batched; on average this many at once. */
const LIKES_PER_BATCH = 6;

/** What the room looks like to those in it. */
export interface RoomScene {
  slot: Slot;
  sold_out: boolean;
  hazard_ratio: number;
  fault: FaultKind | null;
}

/** Danmaku, likes, follows, shares and joined groups of one second. */
export const react = (
  tick: Tick,
  scene: RoomScene,
  present: readonly PresentViewer[],
  random: Random,
  out: Happening[],
): void => {
  const excited = excitement({ ts: tick.from, ...scene });
  const each = (ratePerS: number, bodyOf: (viewer: PresentViewer, ts: number) => WireEventBody): void => {
    for (let count = random.poisson(present.length * ratePerS); count > 0; count--) {
      const viewer = random.pick(present);
      const ts = random.integer(Math.max(tick.from, viewer.entered_ts), tick.to);
      out.push({ ts, body: bodyOf(viewer, ts) });
    }
  };
  each(RATES.danmaku * excited, (viewer, ts) => ({
    type: 'danmaku',
    viewer_id: viewer.viewer_id,
    text: sayingFor({ ...scene, ts, tenure_s: (ts - viewer.entered_ts) / 1000 }, random),
  }));
  each(RATES.like * Math.sqrt(excited), ({ viewer_id }) => {
    const count = 1 + Math.floor(random.exponential(LIKES_PER_BATCH - 1));
    return { type: 'like', viewer_id, count };
  });
  for (const type of ['follow', 'share', 'group_join'] as const)
    each(RATES[type], ({ viewer_id }) => ({ type, viewer_id }));
};
