import type { Folded } from './folded.js';
import { PANE_MS } from '#domain';
import { cutPresentations } from './presentations.js';
import type { StreamState } from './stream.js';

/** Cuts the presentations anew, tells which rows changed, and counts the cues that are without effect now. */
export const recut = (stream: StreamState, out: Folded): void => {
  const { stream_id } = stream;
  const sessionEnd = stream.closed ? stream.next! * PANE_MS : null;
  const before = new Map(stream.presentations.map((each) => [each.presentation_id, each]));
  const { presentations, off } = cutPresentations(stream_id, stream.item_cues, sessionEnd);
  for (const each of presentations) {
    const was = before.get(each.presentation_id);
    before.delete(each.presentation_id);
    if (was === undefined || !samePresentation(was, each)) {
      out.presentations.push({ ...each, stream_id, revision: stream.applied });
    }
  }
  for (const gone of before.values()) {
    out.presentations.push({ ...gone, to: gone.from, withdrawn: true, stream_id, revision: stream.applied });
  }
  stream.presentations = presentations;
  stream.ignored.cue_off = off.length;
};

const samePresentation = (a: StreamState['presentations'][number], b: StreamState['presentations'][number]): boolean =>
  a.from === b.from && a.to === b.to && a.title === b.title && a.price_minor === b.price_minor && a.stock === b.stock;
