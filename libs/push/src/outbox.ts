import type { ChannelKind, Delivery } from '#contract';
import type { Alert } from '#domain';
import type { AlertLog } from './alert-log.js';
import { ChannelLine, type LineEdge, type LineSettings } from './channel-line.js';
import type { Channels } from './channels.js';
import type { Tape } from './tape.js';
import { testRequest } from './webhook-request.js';
import type { WebhookOutcome } from './webhook.js';

export const DEFAULT_OUTBOX: LineSettings = {
  groupMs: 2_000,
  retryMs: 2_000,
  retryMsMax: 600_000,
  giveUpAfterMs: 86_400_000,
  timeoutMs: 10_000,
  // DingTalk and WeCom take 20 messages a minute, Feishu 100.
  spacingMs: { generic: 0, feishu: 600, dingtalk: 3_000, wecom: 3_000 },
  waitingMax: 5_000,
};

/** What an outbox is given by the program around it. */
export interface OutboxEdge extends Omit<LineEdge, 'channel' | 'done' | 'called'> {
  tape: Tape;
  alerts: Pick<AlertLog, 'changes' | 'changes$'>;
  channels: Channels;
  /** Told of each call, and of each delivery given up. */
  told: (kind: ChannelKind, outcome: 'delivered' | 'failed' | 'given_up') => void;
  /** An outcome could not be noted: the same may be delivered again. */
  trouble: (error: unknown) => void;
}

/** What became of a delivery: the one line that is kept of it. */
interface Done {
  readonly v: 1;
  readonly delivery_id: string;
  readonly stream_id: string;
  readonly status: 'delivered' | 'given_up';
  readonly tries: number;
  readonly at: number;
  readonly error: string | null;
}

const SHOWN_MAX = 200;
/** Outcomes that wait for their alerts, once the outbox is open. */
const KNOWN_MAX = 1_000;

/**
 * Brings alert changes to the channels that their verdict names. The alert log itself says what is to be done, so
 * nothing is lost between the two; what is kept here is only what was done. Each change is delivered at least once,
 * those of one alert in order, and tried again until it is delivered or given up. A channel waits for none but itself.
 */
export class Outbox {
  private readonly lines = new Map<string, ChannelLine>();
  private readonly done: Delivery[] = [];
  /** Outcomes read before the alerts they are of: all of them at the start, then what another process did a moment ago. */
  private readonly known = new Map<string, Done>();
  private isOpen = false;
  private subscriptions: { unsubscribe(): void }[] = [];

  private constructor(
    private readonly edge: OutboxEdge,
    private readonly settings: LineSettings,
  ) {}

  /** What the alert log holds and no line of the tape calls done is waiting. */
  static async open(edge: OutboxEdge, settings: LineSettings = DEFAULT_OUTBOX): Promise<Outbox> {
    const outbox = new Outbox(edge, settings);
    // What was to be told long before is done or was given up.
    const since = edge.clock.now() - 2 * settings.giveUpAfterMs;
    await edge.tape.open((bytes) => {
      const done = decode(bytes);
      return done.at < since || outbox.take(done);
    });
    for (const alert of edge.alerts.changes(since)) outbox.expect(alert);
    outbox.known.clear();
    outbox.isOpen = true;
    outbox.subscriptions = [
      edge.alerts.changes$.subscribe((alert) => {
        outbox.expect(alert);
        outbox.wake();
      }),
      edge.channels.changes$.subscribe(() => outbox.wake()),
    ];
    outbox.wake();
    return outbox;
  }

  /** The newest deliveries of these streams, waiting or done, newest first. */
  deliveries(isShown: (stream_id: string) => boolean = () => true): Delivery[] {
    const waiting = [...this.lines.values()].flatMap((line) => line.deliveries());
    return [...waiting, ...this.done]
      .filter(({ stream_id }) => isShown(stream_id))
      .sort((a, b) => b.created_at - a.created_at || b.seq - a.seq)
      .slice(0, SHOWN_MAX);
  }

  /** How many changes wait, over all channels. */
  get waiting(): number {
    return [...this.lines.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Calls a channel to see that it works, out of turn; `undefined`: there is no such channel. */
  async test(channel_id: string): Promise<WebhookOutcome | undefined> {
    const { channels, call, clock } = this.edge;
    const channel = channels.get(channel_id);
    return channel && call(channel.kind, testRequest(channel, clock.now()), this.settings.timeoutMs);
  }

  /** Makes no further call; what waits is taken up at the next start. */
  async close(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    await Promise.all([...this.lines.values()].map((line) => line.stop()));
  }

  private wake(): void {
    for (const line of this.lines.values()) line.wake();
  }

  /** Takes note of a change, where its verdict names channels. */
  private expect(alert: Alert): void {
    if (alert.notify?.tell !== true) return;
    for (const channel_id of alert.notify.channels) {
      const delivery = this.deliveryOf(alert, channel_id, alert.notify.at);
      const known = this.known.get(delivery.delivery_id);
      if (known === undefined) this.lineOf(channel_id).add({ delivery, alert });
      else this.show(delivery, known);
    }
  }

  private deliveryOf({ stream_id, alert_id, seq }: Alert, channel_id: string, created_at: number): Delivery {
    return {
      delivery_id: JSON.stringify([channel_id, stream_id, seq]),
      ...{ channel_id, stream_id, alert_id, seq, status: 'waiting', tries: 0, created_at },
      ...{ next_try_at: created_at + this.settings.groupMs, done_at: null, last_error: null },
    };
  }

  private lineOf(channel_id: string): ChannelLine {
    const { channels, told } = this.edge;
    const line =
      this.lines.get(channel_id) ??
      new ChannelLine(
        {
          ...this.edge,
          channel: () => channels.get(channel_id),
          called: told,
          done: (delivery, status, error) => this.note(delivery, status, error),
        },
        this.settings,
      );
    this.lines.set(channel_id, line);
    return line;
  }

  private async note(delivery: Delivery, status: Done['status'], error: string | null): Promise<void> {
    const { tape, clock, channels, told, trouble } = this.edge;
    const { delivery_id, stream_id, channel_id, tries } = delivery;
    const done: Done = { v: 1, delivery_id, stream_id, status, tries, at: clock.now(), error };
    try {
      await tape.append(stream_id, new TextEncoder().encode(JSON.stringify(done)));
    } catch (err) {
      trouble(err);
      this.take(done);
    }
    if (status === 'given_up') told(channels.get(channel_id)?.kind ?? 'generic', status);
  }

  /** What is done leaves its line, whichever process did it. */
  private take(done: Done): boolean {
    const delivery = [...this.lines.values()]
      .map((line) => line.take(done.delivery_id))
      .find((each) => each !== undefined);
    if (delivery !== undefined) this.show(delivery, done);
    else this.remember(done);
    return true;
  }

  private remember(done: Done): void {
    this.known.set(done.delivery_id, done);
    if (!this.isOpen || this.known.size <= KNOWN_MAX) return;
    const [oldest] = this.known.keys();
    this.known.delete(oldest!);
  }

  private show(delivery: Delivery, { status, tries, at, error }: Done): void {
    this.done.push({ ...delivery, status, tries, next_try_at: null, done_at: at, last_error: error });
    if (this.done.length > 2 * SHOWN_MAX) this.done.splice(0, SHOWN_MAX);
  }
}

/** Anything of another version stops the program rather than deliver everything again. */
const decode = (bytes: Uint8Array): Done => {
  const done = JSON.parse(new TextDecoder().decode(bytes)) as { v?: unknown };
  if (done.v !== 1) throw new Error(`the outbox has a line of version ${String(done.v)}; this program reads 1`);
  return done as Done;
};
