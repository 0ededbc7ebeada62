import { Audiences } from '../live/audience.js';
import type { LiveNamespace, LiveSocket } from '../live/audience.js';
import type { HostScreens } from './host-screens.js';

/** No stream id has a control character: an audience of hosts is never one of a room. */
const PREFIX = 'host\n';

/**
 * Tells each second the host's screen to those who watch it; volatile, since the next one is whole again. Where the one
 * before is still being read, none is told.
 */
export class HostBroadcast {
  private readonly audiences = new Audiences();
  private readonly underWay = new Set<string>();

  constructor(
    private readonly namespace: LiveNamespace,
    private readonly screens: HostScreens,
  ) {}

  /** One screen a socket: the one before is left. */
  join(stream_id: string, socket: LiveSocket): void {
    this.audiences.leaveAll(socket);
    this.audiences.join(`${PREFIX}${stream_id}`, socket);
  }

  leaveAll(socket: LiveSocket): void {
    this.audiences.leaveAll(socket);
  }

  async tell(): Promise<void> {
    const names = this.audiences.names().filter((name) => !this.underWay.has(name));
    await Promise.all(names.map((name) => this.tellOne(name)));
  }

  private async tellOne(name: string): Promise<void> {
    this.underWay.add(name);
    try {
      const host = await this.screens.of(name.slice(PREFIX.length));
      for (const slice of this.audiences.get(name)?.listening() ?? [])
        this.namespace.to(slice.name).volatile.emit('host', host);
    } finally {
      this.underWay.delete(name);
    }
  }
}
