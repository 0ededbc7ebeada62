import { useEffect, useState } from 'react';
import type { Channel, ChannelTestAnswer, Delivery } from '#contract';
import type { Answered } from '../live/rest.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';

interface Props {
  channel: Channel;
  /** Its own, newest first. */
  deliveries: readonly Delivery[];
  onChange: () => void;
  /** Answers whether it was done. */
  onPut: (channel: Channel) => Promise<boolean>;
  /** Answers whether it was done. */
  onRemove: () => Promise<boolean>;
  onTest: () => Promise<Answered<ChannelTestAnswer>>;
}

/** So long a channel that is to be removed is only switched off, and can be had back. */
const UNDO_WITHIN_S = 10;

/** Of a channel that is to be removed. */
interface Removal {
  left_s: number;
  wasEnabled: boolean;
}

/** One channel: where it goes, how its deliveries went, and what can be done with it. */
export const ChannelLine = ({ channel, deliveries, onChange, onPut, onRemove, onTest }: Props) => {
  const { words, formats } = useSpeech();
  const say = words.rules.channels;
  const { channel_id, kind, url, enabled, severity_min, streams } = channel;
  const [tested, setTested] = useState<Answered<ChannelTestAnswer> | null>(null);
  const [removal, setRemoval] = useState<Removal | null>(null);
  useEffect(() => {
    if (removal === null || removal.left_s === 0) return;
    const timer = setTimeout(() => setRemoval({ ...removal, left_s: removal.left_s - 1 }), 1000);
    return () => clearTimeout(timer);
  }, [removal]);
  const isGoing = removal?.left_s === 0;
  useEffect(() => {
    if (isGoing)
      void onRemove().then((isDone) => isDone || setRemoval((was) => was && { ...was, left_s: UNDO_WITHIN_S }));
  }, [isGoing]);
  // Off at once, so that nobody is told meanwhile; gone for good only when nobody took it back.
  const remove = async (): Promise<void> => {
    if (await onPut({ ...channel, enabled: false })) setRemoval({ left_s: UNDO_WITHIN_S, wasEnabled: enabled });
  };
  const takeBack = (wasEnabled: boolean): void => {
    setRemoval(null);
    if (wasEnabled) void onPut({ ...channel, enabled: true });
  };

  const count = (status: Delivery['status']): number => deliveries.filter((one) => one.status === status).length;
  const trouble = deliveries.find(({ last_error }) => last_error !== null);
  const givenUp = count('given_up');
  return (
    <li>
      <strong>{channel_id}</strong> {say.kindName[kind]} <span className="muted">{url}</span>{' '}
      <span className={enabled ? '' : 'muted'}>{enabled ? words.rules.on : words.rules.off}</span>{' '}
      <span className="muted">
        ≥ {words.severity[severity_min]} · {streams.join(', ')}
      </span>
      <p className="fine">
        {say.delivered(formats.exact(count('delivered')))} · {say.waiting(formats.exact(count('waiting')))} ·{' '}
        <span className={givenUp > 0 ? 'tone-loud' : ''}>{say.givenUp(formats.exact(givenUp))}</span>
        {trouble !== undefined && (
          <span className="muted">
            {' '}
            · {say.lastError}: {trouble.last_error}
          </span>
        )}
      </p>
      <p className="channel-actions">
        {removal === null ? (
          <>
            <button type="button" onClick={onChange}>
              {say.change}
            </button>
            <button type="button" onClick={() => void onTest().then(setTested)}>
              {say.test}
            </button>
            <button type="button" onClick={() => void remove()}>
              {say.remove}
            </button>
          </>
        ) : (
          <>
            <span className="tone-raised">{say.removing(removal.left_s)}</span>
            <button type="button" autoFocus disabled={isGoing} onClick={() => takeBack(removal.wasEnabled)}>
              {words.rules.undo}
            </button>
          </>
        )}
      </p>
      {tested !== null && <Tested answer={tested} />}
    </li>
  );
};

const Tested = ({ answer }: { answer: Answered<ChannelTestAnswer> }) => {
  const { words } = useSpeech();
  const say = words.rules.channels;
  if (answer.kind === 'ok' && answer.body.delivered) return <p role="status">{say.tested}</p>;
  return (
    <p className="alert-failure" role="alert">
      {say.testFailed} {answer.kind === 'ok' ? answer.body.error : whyNot(answer, words)}
    </p>
  );
};
