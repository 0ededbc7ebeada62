import { useState } from 'react';
import type { Channel, ChannelRequest, ChannelsAnswer } from '#contract';
import type { Answered, Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';
import { AskedPanel } from './asked-panel.js';
import { ChannelForm } from './channel-form.js';
import { ChannelLine } from './channel-line.js';

const EVERY_MS = 15_000;
const NOTHING: ChannelsAnswer = { channels: [], cursor: null, deliveries: [] };

/** Where alerts go beside the page, and what came of the newest deliveries: made, changed, tried and removed by an administrator. */
export const Channels = ({ rest }: { rest: Rest }) => {
  const { words } = useSpeech();
  const say = words.rules.channels;
  const { asked, hear } = useAsked('channels', rest.channels, EVERY_MS);
  const { channels, deliveries } = asked.kind === 'known' ? asked.body : NOTHING;
  const [typed, setTyped] = useState<{ channel: Channel | null } | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);

  /** Whether it was done; if not, it is said why. */
  const done = <T,>(answer: Answered<T>): answer is Extract<Answered<T>, { kind: 'ok' }> => {
    setRefusal(answer.kind === 'ok' ? null : whyNot(answer, words));
    return answer.kind === 'ok';
  };
  const without = (channel_id: string): readonly Channel[] => channels.filter((one) => one.channel_id !== channel_id);
  const put = async (channel_id: string, request: ChannelRequest): Promise<boolean> => {
    const answer = await rest.putChannel(channel_id, request);
    if (!done(answer)) return false;
    const isNew = without(channel_id).length === channels.length;
    const known = isNew
      ? [...channels, answer.body]
      : channels.map((one) => (one.channel_id === channel_id ? answer.body : one));
    hear({ channels: known, cursor: null, deliveries });
    return true;
  };
  const remove = async (channel_id: string): Promise<boolean> => {
    if (!done(await rest.removeChannel(channel_id))) return false;
    hear({ channels: [...without(channel_id)], cursor: null, deliveries });
    return true;
  };
  return (
    <AskedPanel name="channels" title={say.title} asked={asked}>
      {() => (
        <>
          {channels.length === 0 && <p className="muted">{say.none}</p>}
          <ul>
            {channels.map((channel) => (
              <ChannelLine
                key={channel.channel_id}
                channel={channel}
                deliveries={deliveries.filter((one) => one.channel_id === channel.channel_id)}
                onChange={() => setTyped({ channel })}
                onPut={({ channel_id, ...request }) => put(channel_id, request)}
                onRemove={() => remove(channel.channel_id)}
                onTest={() => rest.testChannel(channel.channel_id)}
              />
            ))}
          </ul>
          {typed === null ? (
            <button type="button" onClick={() => setTyped({ channel: null })}>
              {say.add}
            </button>
          ) : (
            <ChannelForm
              key={typed.channel?.channel_id ?? ''}
              channel={typed.channel}
              taken={channels.map(({ channel_id }) => channel_id)}
              onSave={(channel_id, request) => void put(channel_id, request).then((isDone) => isDone && setTyped(null))}
              onCancel={() => setTyped(null)}
            />
          )}
          <Refusal said={say.refused} why={refusal} />
        </>
      )}
    </AskedPanel>
  );
};
