import { DEFAULT_SESSION, type ScriptEntry, type SessionOptions } from '#simulate';

/** What has already happened when the page is opened: longer than the detector's warm-up of 180 s, and two presentations. */
export const HISTORY_S = 420;
/** The demo ends by itself after this long; the page stays. */
const DURATION_S = 3 * 3_600;
/** From the end of the history: the newcomer has found the room, and sees it happen. */
const FIRST_DROPOFF_AFTER_S = 35;
const DROPOFF_EVERY_S = 240;
const DROPOFF = { seconds: 45, hazard_ratio: 3 };
const BURST_EVERY_S = 400;
/** The picture stutters between two drop-offs, and viewers say so. */
const FIRST_FAULT_AFTER_S = 130;
const FAULT_EVERY_S = 480;
const FAULT_SECONDS = 60;

/** Laid out so that the first drop-off falls into the middle of a presentation, however the host keeps to the script. */
const SCRIPT: readonly ScriptEntry[] = [
  { kind: 'talk', seconds: 20 },
  { kind: 'present', item_id: 'knit-cardigan', seconds: 120 },
  { kind: 'present', item_id: 'thermos-500', seconds: 100 },
  { kind: 'lottery', seconds: 40 },
  { kind: 'present', item_id: 'face-cream', seconds: 300 },
  { kind: 'present', item_id: 'nut-box', seconds: 180, flash_sale: true },
  { kind: 'present', item_id: 'desk-lamp', seconds: 180 },
  { kind: 'present', item_id: 'knit-cardigan', seconds: 150 },
];

const every = (firstS: number, stepS: number): number[] =>
  Array.from({ length: Math.ceil((DURATION_S - firstS) / stepS) }, (_, index) => firstS + index * stepS);

/** The rooms of the demo; all began `HISTORY_S` before `now`. The first is the one to watch. */
export const demoRooms = (now: number): [SessionOptions, ...SessionOptions[]] => {
  const common = { ...DEFAULT_SESSION, start_ts: now - HISTORY_S * 1000, duration_s: DURATION_S, script: SCRIPT };
  return [
    {
      ...common,
      seed: 7,
      stream_id: 'demo-evening',
      online: 800,
      effects: every(HISTORY_S + FIRST_DROPOFF_AFTER_S, DROPOFF_EVERY_S).map((from_s) => ({ from_s, ...DROPOFF })),
      faults: every(HISTORY_S + FIRST_FAULT_AFTER_S, FAULT_EVERY_S).map((from_s) => {
        return { kind: 'picture', from_s, seconds: FAULT_SECONDS } as const;
      }),
      bursts: every(150, BURST_EVERY_S).map((from_s) => {
        return { from_s, seconds: 40, joins_per_s: 12, source: 'ad', hazard_ratio: 1.6 } as const;
      }),
    },
    {
      ...common,
      seed: 8,
      stream_id: 'demo-kitchen',
      title: '厨房好物 下班必看',
      host: '阿穗',
      online: 220,
      script: SCRIPT.toReversed(),
    },
    {
      ...common,
      seed: 9,
      stream_id: 'demo-inferred',
      title: '新手小店 第三场',
      host: '木木',
      online: 60,
      // Most platforms' feeds report no leaves: this room shows what can still be said.
      presence: 'enters_and_counts',
    },
  ];
};
