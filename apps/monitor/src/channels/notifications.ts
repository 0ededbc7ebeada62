import type { Clock } from '#domain';
import { matchesPattern } from '#domain';
import { inSpan, type Logger, type Meters } from '#observe';
import {
  AlertLog,
  type AlertRest,
  callWebhook,
  isQuietFor,
  Channels,
  Outbox,
  type OutboxEdge,
  Register,
  shallWeNotify,
  type ShallWeNotify,
  Silences,
  type Tape,
} from '#push';

/** How soon it is noticed that what kept an alert quiet is over. */
const JUDGE_AGAIN_MS = 1_000;

/** A tape that this process opened and must close. */
export interface OpenTape extends Tape {
  /** An append that fails is not tried again from now on. */
  giveUp(): void;
  close(): Promise<void>;
}

/** What people set, the alert log that heeds it, and the way out. */
export interface Notifications {
  readonly register: Register;
  readonly channels: Channels;
  readonly silences: Silences;
  readonly alerts: AlertLog;
  /** Begins to deliver; to be called once the flow has caught up, so that rooms have their names. */
  openOutbox(edge: Pick<OutboxEdge, 'roomName' | 'isCaller'>): Promise<Outbox>;
  /** What cannot be made durable now is not tried again: whoever said it hears so. */
  giveUp(): void;
  close(): Promise<void>;
}

/** Opens them in the one order that loses nothing: what was set, then the log that heeds it. */
export const openNotifications = async (
  openTape: (name: 'alerts' | 'settings' | 'outbox') => Promise<OpenTape>,
  { clock, log, meters }: { clock: Clock; log: Logger; meters: Pick<Meters, 'webhookCalls' | 'webhookWaiting'> },
  rest: AlertRest | null = null,
): Promise<Notifications> => {
  const tapes = {
    settings: await openTape('settings'),
    alerts: await openTape('alerts'),
    outbox: await openTape('outbox'),
  };
  const register = await Register.open(tapes.settings, clock);
  const channels = new Channels(register);
  const silences = new Silences(register, clock);
  const judge: ShallWeNotify = (change, before, others) =>
    shallWeNotify(change, before, others, {
      listeners: listenersOf(channels),
      hushes: silences.hushes(),
      now: clock.now(),
    });
  const alerts = await AlertLog.open(tapes.alerts, clock, judge, rest);
  let outbox: Outbox | null = null;
  let beat: NodeJS.Timeout | undefined;
  const count = (): void => meters.webhookWaiting.set(outbox?.waiting ?? 0);
  return {
    ...{ register, channels, silences, alerts },
    async openOutbox(edge) {
      outbox = await Outbox.open({
        ...{ tape: tapes.outbox, alerts, channels, clock, ...edge },
        call: (...told) => inSpan('webhook', {}, () => callWebhook(...told)),
        chance: () => Math.random(),
        told: (kind, outcome) => {
          meters.webhookCalls.inc({ kind, outcome });
          count();
        },
        trouble: (err) => log.error({ err }, 'what became of a webhook could not be noted; it may be delivered again'),
      });
      alerts.changes$.subscribe(count);
      count();
      beat = setInterval(() => {
        if (edge.isCaller())
          judgeQuietAgain(alerts, silences).catch((err: unknown) =>
            log.error({ err }, 'a quiet alert could not be judged again; it is tried again'),
          );
      }, JUDGE_AGAIN_MS);
      return outbox;
    },
    giveUp() {
      for (const tape of Object.values(tapes)) tape.giveUp();
    },
    async close() {
      clearInterval(beat);
      await outbox?.close();
      for (const tape of Object.values(tapes)) await tape.close();
      await alerts.close();
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

/** What fires and was kept quiet is told once its silence has ended, or what said it already has. */
const judgeQuietAgain = async (alerts: AlertLog, silences: Silences): Promise<void> => {
  const silent = new Set(silences.all().map(({ silence_id }) => silence_id));
  for (const alert of alerts.allOpen()) {
    const by = alert.notify?.because_of ?? null;
    if (by === null || !isQuietFor(alert, ['silenced', 'inhibited']) || silent.has(by)) continue;
    await alerts.judgeAgain(alert.stream_id, alert.alert_id);
  }
};
