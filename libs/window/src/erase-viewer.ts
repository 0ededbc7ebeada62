import type { ViewerKey } from '#domain';
import type { StreamState } from './stream.js';
import { renameViewer } from './viewer-table.js';

/**
 * Makes a stranger of a viewer of a stream that is over: what she did still counts, and nothing says that it was she.
 * `stranger`: a key of nobody. `false`: she was not remembered.
 */
export const eraseViewer = ({ presence, waiting }: StreamState, viewer: ViewerKey, stranger: ViewerKey): boolean => {
  const isHers = ({ hi, lo }: ViewerKey): boolean => hi === viewer.hi && lo === viewer.lo;
  presence.overwritten = presence.overwritten.map((visit) =>
    isHers(visit.viewer) ? { ...visit, viewer: stranger } : visit,
  );
  // Where events once waited, the keys of their viewers still lie.
  waiting.spare = null;
  return renameViewer(presence.viewers, viewer, stranger);
};
