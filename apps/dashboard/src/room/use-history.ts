import { useMemo } from 'react';
import { curvesOf, readPoint, stepFor, type Curves } from '../live/curves.js';
import { CURVE_NAMES, type Range, type Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { NEVER_AGAIN } from '../live/wait-after.js';

/** `isOld`: a newer reading was asked for, in vain. */
export type History = { kind: 'loading' } | { kind: 'failed' } | { kind: 'read'; curves: Curves; isOld: boolean };

const REFRESH_MS = 5_000;

/** Curves of a stretch from the store, read again while it is looked at and may change; `range` of `null` reads nothing. */
export const useHistory = (
  rest: Rest,
  stream_id: string,
  range: Range | null,
  paneNames: ReadonlySet<string>,
  isLive: boolean,
): History => {
  const names = CURVE_NAMES.split(',')
    .filter((name) => paneNames.has(name))
    .join(',');
  const { asked } = useAsked(
    range === null || names === '' ? null : `${stream_id} ${range.from} ${range.to} ${names}`,
    (signal) => {
      const [from, to] = [range?.from ?? 0, range?.to ?? 0];
      const step_ms = stepFor(from, to);
      return rest.metrics(stream_id, { from: Math.floor(from / step_ms) * step_ms, to, step_ms, names }, signal);
    },
    isLive ? REFRESH_MS : NEVER_AGAIN,
    // One stretch stands until the next is read.
    stream_id,
  );
  const read = asked.kind === 'known' ? asked.body : null;
  const curves = useMemo(() => (read === null ? null : curvesOf(read.points.map(readPoint), read.step_ms)), [read]);
  if (curves !== null) return { kind: 'read', curves, isOld: asked.kind === 'known' && asked.isOld };
  return { kind: asked.kind === 'waiting' ? 'loading' : 'failed' };
};
