import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Alert, AlertDecision, AlertOutcome, Clock, NotifyReason } from '#domain';
import { decodeEntry, encodeEntry } from './alert-entry.js';
import type { AlertEntry } from './alert-entry.js';
import type { ShallWeNotify } from './shall-we-notify.js';
import { decisionKey, shallWeTell } from './shall-we-tell.js';
import type { Tape } from './tape.js';

/** What a person says of an alert. */
export interface Acknowledgement {
  readonly by: string;
  readonly outcome: AlertOutcome | null;
  readonly note: string | null;
}

export type ActOutcome = { kind: 'done'; alert: Alert } | { kind: 'unknown_alert' };

/** Changes kept in memory for those who were away, per stream; whoever asks for older ones is told that they are gone. */
const CHANGES_KEPT_MAX = 10_000;

interface StreamAlerts {
  newestSeq: number;
  /** The newest changes, in order of `seq`. */
  changes: Alert[];
  byId: Map<string, { latest: Alert; decided: Set<string> }>;
}

/**
 * The alerts of all streams: each change has the stream's next `seq` (from 1, without gaps), is durable before it is
 * told, and is told once. Detectors decide again after a crash what they decided before it; such repeats change nothing.
 * An entry counts only if its `seq` is the next: of two processes that say something of a stream at once, the one whose
 * entry comes second says it again on top of the other's.
 */
export class AlertLog {
  private readonly streams = new Map<string, StreamAlerts>();
  private readonly told = new Subject<Alert>();
  /** The last piece of work on each stream: its changes are made one after the other, for each stands on the one before. */
  private readonly underWay = new Map<string, Promise<unknown>>();
  private isOpen = false;

  /** Every change, in order, once it is durable. */
  readonly changes$: Observable<Alert> = this.told.asObservable();

  private constructor(
    private readonly tape: Tape,
    private readonly clock: Clock,
    private readonly shallWeNotify: ShallWeNotify,
  ) {}

  /** The log as the tape holds it; `shallWeNotify` is asked once about each change, and its verdict kept with it. */
  static async open(tape: Tape, clock: Clock, shallWeNotify: ShallWeNotify = nobodyElse): Promise<AlertLog> {
    const log = new AlertLog(tape, clock, shallWeNotify);
    await tape.open((bytes) => log.take(decodeEntry(bytes)));
    log.isOpen = true;
    return log;
  }

  /** Changes of a stream with `seq` above this, in order; the first has a larger `seq` than the next one where older ones are gone. */
  since(stream_id: string, seq: number): Alert[] {
    const changes = this.streams.get(stream_id)?.changes ?? [];
    const first = changes[0]?.seq ?? 1;
    return changes.slice(Math.max(0, seq + 1 - first));
  }

  /** Every alert of every stream as it is now. */
  *all(): Generator<Alert> {
    for (const { byId } of this.streams.values()) for (const { latest } of byId.values()) yield latest;
  }

  /** Every change that is kept, each stream's in order. */
  *changes(): Generator<Alert> {
    for (const { changes } of this.streams.values()) yield* changes;
  }

  newestSeq(stream_id: string): number {
    return this.streams.get(stream_id)?.newestSeq ?? 0;
  }

  /** Each alert of a stream as it is now, newest change first. */
  latest(stream_id: string): Alert[] {
    const known = [...(this.streams.get(stream_id)?.byId.values() ?? [])];
    return known.map(({ latest }) => latest).sort((a, b) => b.seq - a.seq);
  }

  /**
   * Takes what detectors decided; answers when what is new of it is durable and told. Streams do not wait for each other:
   * what goes wrong with a platform is decided in all of its rooms at once.
   */
  async decide(decisions: readonly AlertDecision[]): Promise<void> {
    const ofStreams = new Map<string, AlertDecision[]>();
    for (const decision of decisions) {
      const own = ofStreams.get(decision.stream_id);
      if (own === undefined) ofStreams.set(decision.stream_id, [decision]);
      else own.push(decision);
    }
    await Promise.all([...ofStreams].map(([stream_id, own]) => this.inTurn(stream_id, () => this.settleAll(own))));
  }

  private async settleAll(decisions: readonly AlertDecision[]): Promise<void> {
    for (const decision of decisions) while (!(await this.settle(decision)));
  }

  /** Answers whether the decision is told, or need not be. */
  private async settle(decision: AlertDecision): Promise<boolean> {
    const known = this.known(decision.stream_id, decision.alert_id);
    const verdict = shallWeTell(known, decision);
    if (!verdict.tell) return true;
    const sent_at = known?.latest.sent_at ?? this.clock.now();
    const alert = { ...verdict.change, seq: this.newestSeq(decision.stream_id) + 1, sent_at };
    return this.change(known?.latest, alert, { kind: 'decision', key: decisionKey(decision) });
  }

  /** A person has seen the alert, and may say what came of it. An alert that is over stays over. */
  acknowledge(stream_id: string, alert_id: string, act: Acknowledgement): Promise<ActOutcome> {
    return this.act(stream_id, alert_id, act, (alert) => ({
      ...alert,
      status: alert.status === 'firing' ? 'acknowledged' : alert.status,
      acked_at: alert.acked_at ?? this.clock.now(),
      acked_by: alert.acked_by ?? act.by,
      outcome: act.outcome ?? alert.outcome,
    }));
  }

  /** A person declares the alert over, as of `as_of` (event time, ms: the stream's watermark). */
  resolve(stream_id: string, alert_id: string, by: string, as_of: number): Promise<ActOutcome> {
    return this.act(stream_id, alert_id, { by, note: null }, (alert) =>
      alert.status === 'resolved' || alert.status === 'corrected'
        ? alert
        : {
            ...alert,
            status: 'resolved',
            resolved_at: Math.max(as_of, alert.updated_at),
            updated_at: Math.max(as_of, alert.updated_at),
            acked_at: alert.acked_at ?? this.clock.now(),
            acked_by: alert.acked_by ?? by,
          },
    );
  }

  /**
   * Asks anew about an alert that fires and was kept quiet by something that may be over: as if it began now. Where the
   * verdict is another, that is a change, and is told.
   */
  judgeAgain(stream_id: string, alert_id: string): Promise<void> {
    return this.inTurn(stream_id, async () => {
      for (;;) {
        const latest = this.known(stream_id, alert_id)?.latest;
        if (latest?.notify === undefined || !isQuietFor(latest, ['silenced', 'inhibited'])) return;
        const notify = this.shallWeNotify(latest, undefined, this.latest(stream_id));
        if (notify === undefined || notify.because_of === latest.notify.because_of) return;
        const alert = { ...latest, seq: this.newestSeq(stream_id) + 1, notify };
        const cause: AlertEntry['cause'] = { kind: 'act', by: 'monitor', note: null };
        if (await this.tape.append(stream_id, encodeEntry({ v: 1, alert, cause }))) return;
      }
    });
  }

  private act(
    stream_id: string,
    alert_id: string,
    { by, note }: Pick<Acknowledgement, 'by' | 'note'>,
    apply: (alert: Alert) => Alert,
  ): Promise<ActOutcome> {
    return this.inTurn(stream_id, async () => {
      for (;;) {
        const known = this.known(stream_id, alert_id);
        if (known === undefined) return { kind: 'unknown_alert' };
        const next = apply(known.latest);
        if (sameWords(next, known.latest) && note === null) return { kind: 'done', alert: known.latest };
        const alert = { ...next, seq: this.newestSeq(stream_id) + 1 };
        if (await this.change(known.latest, alert, { kind: 'act', by, note }))
          return { kind: 'done', alert: this.known(stream_id, alert_id)?.latest ?? alert };
      }
    });
  }

  private change(before: Alert | undefined, alert: Alert, cause: AlertEntry['cause']): Promise<boolean> {
    const notify = this.shallWeNotify(alert, before, this.latest(alert.stream_id));
    return this.tape.append(
      alert.stream_id,
      encodeEntry({ v: 1, alert: notify === undefined ? alert : { ...alert, notify }, cause }),
    );
  }

  private take({ alert, cause }: AlertEntry): boolean {
    if (alert.seq !== this.newestSeq(alert.stream_id) + 1) return false;
    const stream: StreamAlerts = this.streams.get(alert.stream_id) ?? { newestSeq: 0, changes: [], byId: new Map() };
    this.streams.set(alert.stream_id, stream);
    stream.newestSeq = alert.seq;
    stream.changes.push(alert);
    if (stream.changes.length > CHANGES_KEPT_MAX) stream.changes.shift();
    const decided = stream.byId.get(alert.alert_id)?.decided ?? new Set();
    if (cause.kind === 'decision') decided.add(cause.key);
    stream.byId.set(alert.alert_id, { latest: alert, decided });
    if (this.isOpen) this.told.next(alert);
    return true;
  }

  private known(stream_id: string, alert_id: string): { latest: Alert; decided: Set<string> } | undefined {
    return this.streams.get(stream_id)?.byId.get(alert_id);
  }

  /** Runs `work` after all that was asked of the stream before; a failure is its caller's and stops nobody else. */
  private inTurn<T>(stream_id: string, work: () => Promise<T>): Promise<T> {
    const before = this.underWay.get(stream_id) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (this.underWay.get(stream_id) === settled) this.underWay.delete(stream_id);
      });
    this.underWay.set(stream_id, settled);
    return mine;
  }
}

/** Where there are no other channels than the page. */
const nobodyElse: ShallWeNotify = () => undefined;

/** Does it fire, and are other channels not told of it for one of these reasons? */
export const isQuietFor = ({ status, notify }: Alert, reasons: readonly NotifyReason[]): boolean =>
  status === 'firing' && notify?.tell === false && reasons.includes(notify.reason);

/** Whether an act left the alert as it was. */
const sameWords = (a: Alert, b: Alert): boolean =>
  a.status === b.status && a.outcome === b.outcome && a.acked_by === b.acked_by;
