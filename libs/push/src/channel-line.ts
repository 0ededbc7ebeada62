import type { ChannelKind, Delivery } from '#contract';
import type { Alert, Clock } from '#domain';
import type { KeptChannel } from './channels.js';
import { fittingIn, webhookRequest, type WebhookRequest } from './webhook-request.js';
import type { WebhookOutcome } from './webhook.js';

/** How patient a line is; ms. */
export interface LineSettings {
  /** What begins in one stream within this time goes out as one message. */
  groupMs: number;
  /** The first wait after a failure; each next is twice as long, up to the longest. */
  retryMs: number;
  retryMsMax: number;
  /** What could not be delivered for so long is given up. */
  giveUpAfterMs: number;
  /** One call lasts no longer. */
  timeoutMs: number;
  /** Between two calls: robots refuse, and for a while, whoever writes more often. */
  spacingMs: Readonly<Record<ChannelKind, number>>;
  /** More than these wait for one channel: the oldest is given up. */
  waitingMax: number;
}

/** What a line is given by the program around it. */
export interface LineEdge {
  channel: () => KeptChannel | undefined;
  clock: Clock;
  call: (kind: ChannelKind, request: WebhookRequest, timeoutMs: number) => Promise<WebhookOutcome>;
  /** What people call a stream; never rejects. */
  roomName: (stream_id: string) => Promise<string>;
  /** Is it this process that calls? Of several that know what waits one does. */
  isCaller: () => boolean;
  /** In [0, 1): waits are spread, so that those who failed together do not come back together. */
  chance: () => number;
  /** Notes what became of a delivery; it has left the line when this settles. */
  done: (delivery: Delivery, status: 'delivered' | 'given_up', error: string | null) => Promise<void>;
  /** Told of each call. */
  called: (kind: ChannelKind, outcome: WebhookOutcome['kind']) => void;
}

/** An alert change that waits, and how its delivery stands. */
export interface Waiting {
  delivery: Delivery;
  readonly alert: Alert;
}

/** How often a process that does not call asks whether it shall. */
const CALLER_AGAIN_MS = 1_000;
/** Alerts of one message at most. */
const GROUP_MAX = 20;

/**
 * What waits for one channel, in the order it came. One call at a time; after a failure the channel is left in peace for
 * a while, twice as long each time, and what failed lets those before it that did not. Changes of one alert keep their order.
 */
export class ChannelLine {
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private calling: Promise<void> | null = null;
  private failures = 0;
  /** Something may have changed since it last looked. */
  private isAwake = false;
  private restUntil = 0;
  private isStopped = false;

  constructor(
    private readonly edge: LineEdge,
    private readonly settings: LineSettings,
  ) {}

  get size(): number {
    return this.waiting.length;
  }

  deliveries(): Delivery[] {
    return this.waiting.map(({ delivery }) => delivery);
  }

  add(waiting: Waiting): void {
    this.waiting.push(waiting);
  }

  /** Takes a delivery out, where it waits here. */
  take(delivery_id: string): Delivery | undefined {
    const at = this.waiting.findIndex(({ delivery }) => delivery.delivery_id === delivery_id);
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0]!.delivery;
  }

  /** Looks at what is to be done now, and does it; to be called whenever something may have changed. */
  wake(): void {
    this.isAwake = true;
    if (this.calling !== null || this.isStopped) return;
    clearTimeout(this.timer);
    this.calling = this.work().finally(() => {
      this.calling = null;
      if (this.isAwake) this.wake();
    });
  }

  /** Makes no further call; answers when the one under way is over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.calling;
  }

  private async work(): Promise<void> {
    for (;;) {
      this.isAwake = false;
      if (!this.edge.isCaller()) return this.askAgain();
      await this.giveUp();
      const channel = this.edge.channel();
      const now = this.edge.clock.now();
      if (this.isStopped || channel?.enabled !== true) return;
      const group = now < this.restUntil ? [] : this.nextGroup(now);
      if (group.length === 0) return this.sleep(now);
      await this.send(channel, group);
    }
  }

  /** The first change of each alert: what comes after it waits for it. */
  private heads(): Waiting[] {
    const heads = new Map<string, Waiting>();
    for (const each of this.waiting) if (!heads.has(each.alert.alert_id)) heads.set(each.alert.alert_id, each);
    return [...heads.values()];
  }

  /** What goes out next as one message: the alert tried least and then longest waiting, with what else its stream has. */
  private nextGroup(now: number): Waiting[] {
    const heads = this.heads();
    const due = heads.filter(({ delivery }) => delivery.next_try_at! <= now);
    const first = due.sort(
      (a, b) => a.delivery.tries - b.delivery.tries || a.delivery.created_at - b.delivery.created_at,
    )[0];
    if (first === undefined) return [];
    const { stream_id, tries } = first.delivery;
    return heads
      .filter(({ delivery }) => delivery.stream_id === stream_id && delivery.tries === tries)
      .slice(0, GROUP_MAX);
  }

  /** Sends as many as one message holds; the others wait for the next. */
  private async send(channel: KeptChannel, wanted: readonly Waiting[]): Promise<void> {
    const { clock, call, roomName, called } = this.edge;
    const all = wanted.map(({ alert }) => alert);
    const room = await roomName(all[0]!.stream_id);
    const count = fittingIn(channel, all, room);
    const [group, alerts] = [wanted.slice(0, count), all.slice(0, count)];
    const request = webhookRequest(channel, alerts, room, clock.now());
    const outcome = await call(channel.kind, request, this.settings.timeoutMs);
    if (outcome.kind === 'delivered') {
      this.failures = 0;
      this.restUntil = clock.now() + this.settings.spacingMs[channel.kind];
      for (const each of group) {
        each.delivery = { ...each.delivery, tries: each.delivery.tries + 1 };
        await this.edge.done(each.delivery, 'delivered', null);
      }
      called(channel.kind, outcome.kind);
      return;
    }
    const now = clock.now();
    const { error, retry_after_ms } = outcome;
    this.restUntil = now + (retry_after_ms ?? this.waitMs(this.failures++));
    for (const each of group) {
      const tries = each.delivery.tries + 1;
      const next_try_at = now + Math.max(retry_after_ms ?? 0, this.waitMs(tries - 1));
      each.delivery = { ...each.delivery, tries, next_try_at, last_error: error };
    }
    called(channel.kind, outcome.kind);
  }

  /** Exponential, between half and the whole of it by chance. */
  private waitMs(failures: number): number {
    const { retryMs, retryMsMax } = this.settings;
    return Math.min(retryMsMax, retryMs * 2 ** Math.min(failures, 30)) * (0.5 + this.edge.chance() / 2);
  }

  private async giveUp(): Promise<void> {
    const { giveUpAfterMs, waitingMax } = this.settings;
    const tooOld = this.edge.clock.now() - giveUpAfterMs;
    const isGone = this.edge.channel() === undefined;
    const surplus = this.waiting.length - waitingMax;
    const reasonFor = ({ delivery }: Waiting, at: number): string | null => {
      if (isGone) return 'the channel was removed';
      if (at < surplus) return `more than ${waitingMax} waited`;
      return delivery.created_at <= tooOld ? (delivery.last_error ?? 'it waited too long') : null;
    };
    const lost = this.waiting
      .map((each, at) => ({ delivery: each.delivery, reason: reasonFor(each, at) }))
      .filter(({ reason }) => reason !== null);
    for (const { delivery, reason } of lost) await this.edge.done(delivery, 'given_up', reason);
  }

  private askAgain(): void {
    if (this.waiting.length > 0 && !this.isStopped) this.timer = setTimeout(() => this.wake(), CALLER_AGAIN_MS);
  }

  private sleep(now: number): void {
    const next = Math.min(...this.heads().map(({ delivery }) => delivery.next_try_at!));
    if (next === Infinity) return;
    // A timer of more than 24 days would fire at once.
    const ms = Math.min(Math.max(next, this.restUntil) - now, 3_600_000);
    this.timer = setTimeout(() => this.wake(), ms);
  }
}
