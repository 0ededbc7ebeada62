import { memo } from 'react';
import type { SparkPoint } from '../live/wall-state.js';

const [WIDTH, HEIGHT] = [120, 32];

/** `online` of the last ten minutes, on its own scale from its lowest to its highest; gaps stay gaps. */
export const Sparkline = memo(({ points }: { points: readonly SparkPoint[] }) => {
  const known = points.flatMap(({ online }) => (online === null ? [] : [online]));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || known.length < 2)
    return <svg className="spark" aria-hidden="true" />;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const across = (ts: number): number => ((ts - first.ts) / Math.max(1, last.ts - first.ts)) * WIDTH;
  const down = (online: number): number => 2 + (1 - (online - low) / Math.max(1, high - low)) * (HEIGHT - 4);
  let pen = 'M';
  const path = points
    .map(({ ts, online }) => {
      if (online === null) {
        pen = 'M';
        return '';
      }
      const to = `${pen}${across(ts).toFixed(1)} ${down(online).toFixed(1)}`;
      pen = 'L';
      return to;
    })
    .join('');
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
});
