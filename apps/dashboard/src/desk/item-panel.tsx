import { PANE_MS } from '#domain';
import type { Range, Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { NEVER_AGAIN } from '../live/wait-after.js';
import { useSpeech } from '../words/speech.js';
import { FunnelBars } from './funnel-bars.js';
import { RetentionCurve } from './retention-curve.js';
import { Worth } from './worth.js';

/** A presentation that is looked at; `to` of `null`: it is on. */
export interface LookedAt {
  readonly presentation_id: string;
  readonly item_id: string;
  readonly title: string | null;
  readonly from: number;
  readonly to: number | null;
}

interface Props {
  rest: Rest;
  stream_id: string;
  /** `null`: the whole session. */
  looked: LookedAt | null;
  asOf: number | null;
  /** The session as far as a replay has come; `null`: all of it. */
  until: Range | null;
  /** Nothing of it changes any more. */
  isOver: boolean;
  currency: string | null;
  /** `null`: it is what is on. */
  onClose: (() => void) | null;
}

const EVERY_MS = 5_000;
const SESSION_EVERY_MS = 15_000;
const LIFT_EVERY_MS = 60_000;

/** The funnel of an item and who stays while it is presented, against the whole session. */
export const ItemPanel = ({ rest, stream_id, looked, asOf, until, isOver, currency, onClose }: Props) => {
  const { words } = useSpeech();
  const end = looked === null ? null : (looked.to ?? asOf);
  // Whole panes: within the first second there is nothing to ask about.
  const isBegun = looked !== null && end !== null && end - looked.from >= PANE_MS;
  const range: Range | null = isBegun ? { from: looked.from, to: end } : null;
  const key = `${stream_id} ${looked?.item_id ?? ''} ${looked?.from ?? ''} ${looked?.to ?? ''}`;
  // A replay reads anew as its moment moves on.
  const pause = (everyMs: number): number => (isOver || until !== null ? NEVER_AGAIN : everyMs);
  const moment = `${key} ${looked === null || looked.to === null ? (until?.to ?? '') : ''}`;
  const funnel = useAsked(
    moment,
    (signal) =>
      rest.funnel(stream_id, looked?.item_id ?? null, looked === null || looked.to === null ? until : range, signal),
    pause(EVERY_MS),
    key,
  ).asked;
  const session = useAsked(
    `${stream_id} ${until?.to ?? ''}`,
    (signal) => rest.retention(stream_id, until, signal),
    pause(SESSION_EVERY_MS),
    stream_id,
  ).asked;
  const here = useAsked(
    range === null ? null : moment,
    (signal) => rest.retention(stream_id, range, signal),
    pause(EVERY_MS),
    key,
  ).asked;
  // What it was worth is said of what is over: the session, or a presentation that was opened.
  const isToBeWeighed = onClose !== null || (looked === null && isOver);
  const lift = useAsked(
    isToBeWeighed ? stream_id : null,
    (signal) => rest.lift(stream_id, signal),
    pause(LIFT_EVERY_MS),
    stream_id,
  ).asked;
  return (
    <div className="item-panel">
      {onClose !== null && (
        <button type="button" className="item-close" onClick={onClose}>
          ✕ {isOver ? words.replay.ledger.closeOver : words.replay.ledger.close}
        </button>
      )}
      <h3>
        {looked === null ? words.desk.funnel.ofSession : words.desk.funnel.ofItem}
        {looked !== null && <span className="muted"> {looked.title ?? looked.item_id}</span>}
      </h3>
      {funnel.kind === 'known' && <FunnelBars layers={funnel.body.layers} />}
      {funnel.kind === 'failed' && <p className="muted">{words.desk.failed}</p>}
      <h3>{words.desk.retention.title}</h3>
      {session.kind === 'known' && (
        <RetentionCurve here={here.kind === 'known' ? here.body.curve : null} session={session.body.curve} />
      )}
      {session.kind === 'failed' && <p className="muted">{words.desk.failed}</p>}
      {isToBeWeighed && lift.kind === 'known' && <Worth lift={lift.body} of={looked} currency={currency} />}
    </div>
  );
};
