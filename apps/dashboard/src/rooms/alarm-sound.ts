import { useEffect, useRef, useState } from 'react';
import type { WallRow } from '#contract';

const KEY = 'tallylight.sound';
/** Two soft tones, the second higher: heard across a room, and not a siren. */
const TONES: readonly { hz: number; at_s: number; for_s: number }[] = [
  { hz: 660, at_s: 0, for_s: 0.18 },
  { hz: 880, at_s: 0.2, for_s: 0.28 },
];
const LOUDNESS = 0.12;

const play = (context: AudioContext): void => {
  for (const { hz, at_s, for_s } of TONES) {
    const [tone, level] = [context.createOscillator(), context.createGain()];
    const from = context.currentTime + at_s;
    tone.frequency.value = hz;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, from + for_s);
    tone.connect(level).connect(context.destination);
    tone.start(from);
    tone.stop(from + for_s);
  }
};

/**
 * Sounds once for each alert of more than information that begins to fire in a room that is heard; not for those that fire
 * already when the rooms are first told. `heard` is `null` while nobody tells which alerts fire. Off until somebody turns it on.
 */
export const useAlarmSound = (heard: readonly WallRow[] | null): { isOn: boolean; toggle: () => void } => {
  const [isOn, setOn] = useState(() => localStorage.getItem(KEY) === 'on');
  const context = useRef<AudioContext | null>(null);
  const told = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (heard === null) return;
    const firing = heard.flatMap(({ alert }) => (alert === null || alert.severity === 'info' ? [] : [alert.alert_id]));
    const isNew = told.current !== null && firing.some((id) => !told.current?.has(id));
    told.current = new Set(firing);
    if (!isOn || !isNew) return;
    context.current ??= new AudioContext();
    // A browser may hold sound back until somebody has touched the page.
    if (context.current.state === 'suspended') void context.current.resume();
    play(context.current);
  }, [heard, isOn]);
  useEffect(() => () => void context.current?.close(), []);
  const toggle = (): void => {
    localStorage.setItem(KEY, isOn ? 'off' : 'on');
    setOn(!isOn);
    if (isOn) return;
    context.current ??= new AudioContext();
    play(context.current);
  };
  return { isOn, toggle };
};
