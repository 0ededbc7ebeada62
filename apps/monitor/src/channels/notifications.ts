import type { Clock } from '#domain';
import { matchesPattern } from '#domain';
import type { Logger, Meters } from '#observe';
import {
  AlertLog,
  callWebhook,
  Channels,
  Outbox,
  type OutboxEdge,
  Register,
  shallWeNotify,
  Silences,
  type Tape,
} from '#push';

/** A tape that this process opened and must close. */
export type OpenTape = Tape & { close(): Promise<void> };

/** What people set, the alert log that heeds it, and the way out. */
export interface Notifications {
  readonly register: Register;
  readonly channels: Channels;
  readonly silences: Silences;
  readonly alerts: AlertLog;
  /** Begins to deliver; to be called once the flow has caught up, so that rooms have their names. */
  openOutbox(edge: Pick<OutboxEdge, 'roomName' | 'isCaller'>): Promise<Outbox>;
  close(): Promise<void>;
}

/** Opens them in the one order that loses nothing: what was set, then the log that heeds it. */
export const openNotifications = async (
  openTape: (name: 'alerts' | 'settings' | 'outbox') => Promise<OpenTape>,
  { clock, log, meters }: { clock: Clock; log: Logger; meters: Pick<Meters, 'webhookCalls' | 'webhookWaiting'> },
): Promise<Notifications> => {
  const tapes = {
    settings: await openTape('settings'),
    alerts: await openTape('alerts'),
    outbox: await openTape('outbox'),
  };
  const register = await Register.open(tapes.settings, clock);
  const channels = new Channels(register);
  const silences = new Silences(register, clock);
  const alerts = await AlertLog.open(tapes.alerts, clock, (change, before, others) =>
    shallWeNotify(change, before, others, {
      listeners: listenersOf(channels),
      hushes: silences.hushes(),
      now: clock.now(),
    }),
  );
  let outbox: Outbox | null = null;
  const count = (): void => meters.webhookWaiting.set(outbox?.waiting ?? 0);
  return {
    ...{ register, channels, silences, alerts },
    async openOutbox(edge) {
      outbox = await Outbox.open({
        ...{ tape: tapes.outbox, alerts, channels, clock, ...edge },
        call: callWebhook,
        chance: () => Math.random(),
        told: (kind, outcome) => {
          meters.webhookCalls.inc({ kind, outcome });
          count();
        },
        trouble: (err) => log.error({ err }, 'what became of a webhook could not be noted; it may be delivered again'),
      });
      alerts.changes$.subscribe(count);
      count();
      return outbox;
    },
    async close() {
      await outbox?.close();
      for (const tape of Object.values(tapes)) await tape.close();
    },
  };
};

const listenersOf = (channels: Channels) =>
  channels
    .all()
    .filter(({ enabled }) => enabled)
    .map(({ channel_id, streams, severity_min }) => ({
      channel_id,
      severity_min,
      wants: (stream_id: string) => streams.some((pattern) => matchesPattern(pattern, stream_id)),
    }));
