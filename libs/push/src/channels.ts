import type { Channel, ChannelRequest } from '#contract';
import { filter, type Observable } from 'rxjs';
import type { Register } from './register.js';

const PREFIX = 'channel/';

/** A channel with all that is needed to reach it. */
export type KeptChannel = ChannelRequest & { readonly channel_id: string };

/** Where alerts go beside the page. */
export class Channels {
  /** Told when any channel changed. */
  readonly changes$: Observable<unknown>;

  constructor(private readonly register: Register) {
    this.changes$ = register.changes$.pipe(filter((key) => key.startsWith(PREFIX)));
  }

  all(): KeptChannel[] {
    return this.register
      .under(PREFIX)
      .map(([channel_id, { value }]) => ({ channel_id, ...(value as ChannelRequest) }))
      .sort((a, b) => (a.channel_id < b.channel_id ? -1 : 1));
  }

  get(channel_id: string): KeptChannel | undefined {
    const entry = this.register.get(PREFIX + channel_id);
    return entry && { channel_id, ...(entry.value as ChannelRequest) };
  }

  async put(channel_id: string, request: ChannelRequest, by: string): Promise<KeptChannel> {
    await this.register.put(PREFIX + channel_id, request, by);
    return { channel_id, ...request };
  }

  /** Answers whether there was one. */
  async remove(channel_id: string): Promise<boolean> {
    if (this.get(channel_id) === undefined) return false;
    await this.register.remove(PREFIX + channel_id);
    return true;
  }
}

/** A channel as it may be shown: whoever holds the whole address may write to the group. */
export const channelShown = ({ secret: _, ...channel }: KeptChannel): Channel => ({
  ...channel,
  url: `${new URL(channel.url).origin}/…`,
});
