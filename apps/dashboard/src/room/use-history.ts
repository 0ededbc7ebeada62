import { useState } from 'react';
import { curvesOf, readPoint, stepFor, type Curves } from '../live/curves.js';
import { useRepeated } from '../live/now.js';
import { CURVE_NAMES, type Range, type Rest } from '../live/rest.js';

export type History = { kind: 'loading' } | { kind: 'failed' } | { kind: 'read'; curves: Curves };

const REFRESH_MS = 5_000;

/** Curves of a stretch from the store, read again while it is looked at; `range` of `null` reads nothing. */
export const useHistory = (
  rest: Rest,
  stream_id: string,
  range: Range | null,
  paneNames: ReadonlySet<string>,
): History => {
  const [history, setHistory] = useState<History>({ kind: 'loading' });
  useRepeated(
    async (signal) => {
      if (range === null) return;
      const step_ms = stepFor(range.from, range.to);
      const names = CURVE_NAMES.split(',')
        .filter((name) => paneNames.has(name))
        .join(',');
      const from = Math.floor(range.from / step_ms) * step_ms;
      const answer = await rest.metrics(stream_id, { from, to: range.to, step_ms, names }, signal);
      if (signal.aborted) return;
      if (answer.kind === 'ok')
        setHistory({ kind: 'read', curves: curvesOf(answer.body.points.map(readPoint), answer.body.step_ms) });
      else setHistory((was) => (was.kind === 'read' ? was : { kind: 'failed' }));
    },
    REFRESH_MS,
    [rest, stream_id, range?.from, range?.to, paneNames],
  );
  return history;
};
