import type { ChannelsAnswer, Delivery } from '#contract';
import type { Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { useSpeech } from '../words/speech.js';
import { AskedPanel } from './asked-panel.js';

const EVERY_MS = 15_000;
const NOTHING: ChannelsAnswer = { channels: [], deliveries: [] };

/** Where alerts go beside the page, and what came of the newest deliveries. */
export const Channels = ({ rest }: { rest: Rest }) => {
  const { words, formats } = useSpeech();
  const say = words.rules.channels;
  const { asked } = useAsked('channels', rest.channels, EVERY_MS);
  const { channels, deliveries } = asked.kind === 'known' ? asked.body : NOTHING;
  const count = (id: string, status: Delivery['status']): number =>
    deliveries.filter((one) => one.channel_id === id && one.status === status).length;
  return (
    <AskedPanel name="channels" title={say.title} asked={asked}>
      {() =>
        channels.length === 0 ? (
          <p className="muted">{say.none}</p>
        ) : (
          <ul>
            {channels.map(({ channel_id, kind, url, enabled, severity_min }) => {
              const trouble = deliveries.find((one) => one.channel_id === channel_id && one.last_error !== null);
              const givenUp = count(channel_id, 'given_up');
              return (
                <li key={channel_id}>
                  <strong>{channel_id}</strong> {kind} <span className="muted">{url}</span>{' '}
                  <span className={enabled ? '' : 'muted'}>{enabled ? words.rules.on : words.rules.off}</span>{' '}
                  <span className="muted">≥ {words.severity[severity_min]}</span>
                  <p className="fine">
                    {say.delivered(formats.exact(count(channel_id, 'delivered')))} ·{' '}
                    {say.waiting(formats.exact(count(channel_id, 'waiting')))} ·{' '}
                    <span className={givenUp > 0 ? 'tone-loud' : ''}>{say.givenUp(formats.exact(givenUp))}</span>
                    {trouble !== undefined && (
                      <span className="muted">
                        {' '}
                        · {say.lastError}: {trouble.last_error}
                      </span>
                    )}
                  </p>
                </li>
              );
            })}
          </ul>
        )
      }
    </AskedPanel>
  );
};
