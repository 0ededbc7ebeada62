import type { StoredSession } from '#store';

type Session = Pick<StoredSession, 'stream_id' | 'revision' | 'erased_at' | 'status'>;

interface Kept<Value> {
  readonly version: string;
  readonly value: Value;
  readonly weight: number;
}

/**
 * What was made of sessions that are over, by its name, as long as nothing changes in them: whatever does gives the session
 * a larger revision, or a newer mark of somebody erased. What was asked for longest ago goes first; together they weigh
 * `weightMax` at most.
 */
export class KeptOfSessions<Value> {
  private readonly kept = new Map<string, Kept<Value>>();
  private weight = 0;

  constructor(private readonly weightMax: number) {}

  get(session: Session, name: string): Value | undefined {
    const key = keyOf(session, name);
    const found = this.kept.get(key);
    if (found === undefined || found.version !== versionOf(session)) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found.value;
  }

  put(session: Session, name: string, value: Value, weight: number): void {
    const key = keyOf(session, name);
    this.drop(key);
    if (session.status !== 'ended' || weight > this.weightMax) return;
    this.kept.set(key, { version: versionOf(session), value, weight });
    this.weight += weight;
    for (const oldest of this.kept.keys()) {
      if (this.weight <= this.weightMax) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.weight -= this.kept.get(key)?.weight ?? 0;
    this.kept.delete(key);
  }
}

const keyOf = ({ stream_id }: Session, name: string): string => JSON.stringify([stream_id, name]);
const versionOf = ({ revision, erased_at }: Session): string => `${revision} ${erased_at}`;
