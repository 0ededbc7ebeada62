import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Alert, AlertDecision, AlertOutcome, Clock, NotifyReason } from '#domain';
import { decodeEntry, encodeEntry } from './alert-entry.js';
import type { AlertEntry } from './alert-entry.js';
import type { AlertRest, RestNote } from './alert-rest.js';
import type { ShallWeNotify } from './shall-we-notify.js';
import { decisionKey, shallWeTell } from './shall-we-tell.js';
import type { KnownAlert } from './shall-we-tell.js';
import { CHANGES_KEPT_MAX, StreamAlerts } from './stream-alerts.js';
import type { Tape } from './tape.js';

/** What a person says of an alert. */
export interface Acknowledgement {
  readonly by: string;
  readonly outcome: AlertOutcome | null;
  readonly note: string | null;
}

export type ActOutcome = { kind: 'done'; alert: Alert } | { kind: 'unknown_alert' };

/** A stream whose changes are on disk, as far as it stays in memory. */
interface Resting {
  readonly seq: number;
  /** Place of its newest block. */
  readonly at: number | null;
  readonly told_at: number;
  readonly detected_at: number;
}

/** A stream with changes in memory: those that no block holds, or all that are kept. */
interface Awake {
  alerts: StreamAlerts;
  isWhole: boolean;
  /** What is on disk. */
  rested: Resting;
  told_at: number;
  detected_at: number;
  /** Place on the tape of its first change that no block holds. */
  from: number;
}

const NOTHING_RESTS: Resting = { seq: 0, at: null, told_at: 0, detected_at: -Infinity };
/** So many blocks are made anew from the tape after a crash. */
const BLOCKS_PER_MARK = 100;

/**
 * The alerts of all streams: each change has the stream's next `seq` (from 1, without gaps), is durable before it is
 * told, and is told once. Detectors decide again after a crash what they decided before it; such repeats change nothing.
 * An entry counts only if its `seq` is the next: of two processes that say something of a stream at once, the one whose
 * entry comes second says it again on top of the other's.
 *
 * In memory is what changed last and what is not over. When that is too much, the changes of streams that have not
 * changed for longest go to rest on disk, and are read back when they are asked for: such a stream may be over, or only
 * quiet.
 */
export class AlertLog {
  /** The streams in memory, the one that changed last at the end. */
  private readonly awake = new Map<string, Awake>();
  private readonly resting = new Map<string, Resting>();
  /** Of each stream that has any, its alerts that are not over. */
  private readonly open = new Map<string, Map<string, { latest: Alert; decided: Set<string> }>>();
  private changesAwake = 0;
  /** Place on the tape behind the last entry that was taken. */
  private tapeEnd = 0;
  private blocksUnmarked = 0;
  /** The stream at rest that was read back last: it is asked for again at once. */
  private readBack: StreamAlerts | null = null;
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
    private readonly rest: AlertRest | null,
  ) {}

  /**
   * The log as the tape holds it; `shallWeNotify` is asked once about each change, and its verdict kept with it. Without a
   * `rest` all of it is in memory.
   */
  static async open(
    tape: Tape,
    clock: Clock,
    shallWeNotify: ShallWeNotify = nobodyElse,
    rest: AlertRest | null = null,
  ): Promise<AlertLog> {
    const log = new AlertLog(tape, clock, shallWeNotify, rest);
    for (const [at, note] of rest?.notes() ?? []) log.takeNote(note, at);
    log.tapeEnd = rest?.from ?? 0;
    await tape.open((bytes, place) => log.take(decodeEntry(bytes), place), log.tapeEnd);
    log.isOpen = true;
    await log.mark(1);
    return log;
  }

  /** What lies on disk is kept for the next start. */
  async close(): Promise<void> {
    await this.mark(1);
    await this.rest?.close();
  }

  /** Changes of a stream with `seq` above this, in order; the first has a larger `seq` than the next one where older ones are gone. */
  since(stream_id: string, seq: number): Alert[] {
    if (seq >= this.newestSeq(stream_id)) return [];
    return changesOf(this.of(stream_id), seq);
  }

  /** What is in memory, and all of each stream that channels were last to be told of after `toldAfter`, ms: each stream's in order. */
  *changes(toldAfter = -Infinity): Generator<Alert> {
    for (const [stream_id, { alerts, rested }] of this.awake)
      yield* changesOf(rested.told_at > toldAfter ? this.of(stream_id) : alerts);
    for (const [stream_id, { told_at }] of this.resting) if (told_at > toldAfter) yield* changesOf(this.of(stream_id));
  }

  newestSeq(stream_id: string): number {
    return this.awake.get(stream_id)?.alerts.newestSeq ?? this.resting.get(stream_id)?.seq ?? 0;
  }

  /** Each stream that ever had an alert, with its newest `seq`. */
  *newestSeqs(): Generator<[stream_id: string, seq: number]> {
    for (const [stream_id, { seq }] of this.resting) yield [stream_id, seq];
    for (const [stream_id, { alerts }] of this.awake) yield [stream_id, alerts.newestSeq];
  }

  /** Each alert of a stream as it is now, newest change first. */
  latest(stream_id: string): Alert[] {
    return this.of(stream_id)?.latest() ?? [];
  }

  /** The alerts of a stream that are not over, newest change first: never read from disk. */
  openOf(stream_id: string): Alert[] {
    const open = [...(this.open.get(stream_id)?.values() ?? [])];
    return open.map(({ latest }) => latest).sort((a, b) => b.seq - a.seq);
  }

  /** Every alert that is not over. */
  *allOpen(): Generator<Alert> {
    for (const open of this.open.values()) for (const { latest } of open.values()) yield latest;
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
    const known = this.known(decision.stream_id, decision.alert_id, decision.detected_at);
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
      isOver(alert)
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
        const notify = this.shallWeNotify(latest, undefined, this.openOf(stream_id));
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
    const notify = this.shallWeNotify(alert, before, this.openOf(alert.stream_id));
    return this.tape.append(
      alert.stream_id,
      encodeEntry({ v: 1, alert: notify === undefined ? alert : { ...alert, notify }, cause }),
    );
  }

  private take(entry: AlertEntry, place: number): boolean {
    const { alert } = entry;
    const { stream_id } = alert;
    this.tapeEnd = place + 1;
    if (alert.seq !== this.newestSeq(stream_id) + 1) return false;
    const stream = this.awake.get(stream_id) ?? this.wake(stream_id);
    this.awake.delete(stream_id);
    this.awake.set(stream_id, stream);
    const { alerts } = stream;
    if (alerts.newestSeq - stream.rested.seq >= CHANGES_KEPT_MAX) this.layDown(stream);
    if (alerts.newestSeq === stream.rested.seq) stream.from = place;
    if (alert.notify?.tell) stream.told_at = Math.max(stream.told_at, alert.notify.at);
    stream.detected_at = Math.max(stream.detected_at, alert.detected_at);
    this.changesAwake -= alerts.size;
    alerts.take(entry);
    this.changesAwake += alerts.size;
    this.noteOpen(entry);
    this.restOthers(stream);
    if (this.isOpen) this.told.next(alert);
    return true;
  }

  private noteOpen({ alert, cause }: AlertEntry): void {
    const { stream_id, alert_id } = alert;
    const open = this.open.get(stream_id) ?? new Map<string, { latest: Alert; decided: Set<string> }>();
    const decided = open.get(alert_id)?.decided ?? new Set();
    if (cause.kind === 'decision') decided.add(cause.key);
    if (isOver(alert)) open.delete(alert_id);
    else open.set(alert_id, { latest: alert, decided });
    if (open.size === 0) this.open.delete(stream_id);
    else this.open.set(stream_id, open);
  }

  /** All of a stream's alerts, read back where some are on disk. */
  private of(stream_id: string): StreamAlerts | undefined {
    const awake = this.awake.get(stream_id);
    const at = awake?.rested.at ?? this.resting.get(stream_id)?.at ?? null;
    if (awake?.isWhole || at === null || this.rest === null) return awake?.alerts;
    if (this.readBack?.stream_id === stream_id) return this.readBack;
    const whole = new StreamAlerts(stream_id);
    for (const entry of this.rest.changes(at)) whole.take(entry);
    if (awake === undefined) return (this.readBack = whole);
    for (const entry of awake.alerts.entriesSince(awake.rested.seq)) whole.take(entry);
    this.makeWhole(awake, whole);
    return whole;
  }

  private makeWhole(stream: Awake, alerts: StreamAlerts): void {
    this.changesAwake += alerts.size - stream.alerts.size;
    stream.alerts = alerts;
    stream.isWhole = true;
  }

  private wake(stream_id: string): Awake {
    const rested = this.resting.get(stream_id) ?? NOTHING_RESTS;
    this.resting.delete(stream_id);
    const alerts = new StreamAlerts(stream_id, rested.seq);
    const { told_at, detected_at } = rested;
    const stream = { alerts, isWhole: rested.at === null, rested, told_at, detected_at, from: 0 };
    if (this.readBack?.stream_id === stream_id) this.makeWhole(stream, this.readBack);
    if (stream.alerts === this.readBack) this.readBack = null;
    return stream;
  }

  /** Where too much is in memory, those go to rest that have not changed for longest. */
  private restOthers(stays: Awake): void {
    if (this.rest === null) return;
    for (const [stream_id, stream] of this.awake) {
      if (this.changesAwake <= this.rest.awakeMax || stream === stays) break;
      if (!this.layDown(stream)) break;
      this.awake.delete(stream_id);
      this.resting.set(stream_id, stream.rested);
      this.changesAwake -= stream.alerts.size;
    }
    if (this.isOpen) void this.mark(BLOCKS_PER_MARK);
  }

  /** Puts on disk what is new of a stream; answers whether the disk takes it: if not, it stays in memory. */
  private layDown(stream: Awake): boolean {
    if (this.rest === null) return false;
    const { alerts, rested, told_at, detected_at } = stream;
    const { stream_id, newestSeq: seq } = alerts;
    try {
      const known = [...(this.open.get(stream_id)?.values() ?? [])];
      const open = known.map(({ latest, decided }) => ({ latest, decided: [...decided] }));
      const note = { stream_id, seq, told_at, detected_at, open };
      const at = this.rest.put(note, alerts.entriesSince(rested.seq), rested.at);
      stream.rested = { seq, at, told_at, detected_at };
      this.blocksUnmarked++;
      return true;
    } catch {
      return false;
    }
  }

  private takeNote({ stream_id, seq, told_at, detected_at, open }: RestNote, at: number): void {
    this.resting.set(stream_id, { seq, at, told_at, detected_at });
    const known = open.map(({ latest, decided }) => ({ latest, decided: new Set(decided) }));
    if (open.length === 0) this.open.delete(stream_id);
    else this.open.set(stream_id, new Map(known.map((each) => [each.latest.alert_id, each])));
  }

  /** The next start reads the tape from the first change that only it holds; from so many blocks on that is worth a mark. */
  private async mark(blocksMin: number): Promise<void> {
    if (this.blocksUnmarked < blocksMin) return;
    let from = this.tapeEnd;
    for (const stream of this.awake.values()) from = Math.min(from, stream.from);
    this.blocksUnmarked = 0;
    // Where it fails, the next start reads more.
    await this.rest?.mark(from).catch(() => undefined);
  }

  /** One that is not over is in memory; of an id that tells of a later moment than any other of its stream nothing is known. */
  private known(stream_id: string, alert_id: string, detected_at = -Infinity): KnownAlert | undefined {
    const open = this.open.get(stream_id)?.get(alert_id);
    if (open !== undefined) return open;
    const newest = (this.awake.get(stream_id) ?? this.resting.get(stream_id))?.detected_at ?? -Infinity;
    return detected_at > newest ? undefined : this.of(stream_id)?.known(alert_id);
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

const isOver = ({ status }: Pick<Alert, 'status'>): boolean => status === 'resolved' || status === 'corrected';

const changesOf = (alerts: StreamAlerts | undefined, seq = 0): Alert[] =>
  (alerts?.entriesSince(seq) ?? []).map(({ alert }) => alert);

/** Where there are no other channels than the page. */
const nobodyElse: ShallWeNotify = () => undefined;

/** Does it fire, and are other channels not told of it for one of these reasons? */
export const isQuietFor = ({ status, notify }: Alert, reasons: readonly NotifyReason[]): boolean =>
  status === 'firing' && notify?.tell === false && reasons.includes(notify.reason);

/** Whether an act left the alert as it was. */
const sameWords = (a: Alert, b: Alert): boolean =>
  a.status === b.status && a.outcome === b.outcome && a.acked_by === b.acked_by;
