import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Clock } from '#domain';
import type { Tape } from './tape.js';

/** What stands under a key: a value, who put it there and when (wall clock, ms). */
export interface Entry {
  readonly value: unknown;
  readonly by: string;
  readonly at: number;
}

/** One durable line: `value` is absent where the key was taken out. */
interface Line {
  readonly v: 1;
  readonly key: string;
  readonly entry: Entry | null;
}

/**
 * What people set: values by key, durable before they hold, and the same in every process that reads the tape. What is
 * written last holds.
 */
export class Register {
  private readonly kept = new Map<string, Entry>();
  private readonly changed = new Subject<string>();

  /** Keys whose value has changed, by whomever. */
  readonly changes$: Observable<string> = this.changed.asObservable();

  private constructor(
    private readonly tape: Tape,
    private readonly clock: Clock,
  ) {}

  static async open(tape: Tape, clock: Clock): Promise<Register> {
    const register = new Register(tape, clock);
    await tape.open((bytes) => register.take(decode(bytes)));
    return register;
  }

  get(key: string): Entry | undefined {
    return this.kept.get(key);
  }

  /** All keys that begin with `prefix`, the rest of each key with what stands there. */
  under(prefix: string): [string, Entry][] {
    return [...this.kept]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, entry]) => [key.slice(prefix.length), entry]);
  }

  /** Answers with the entry when it holds. */
  async put(key: string, value: unknown, by: string): Promise<Entry> {
    const entry = { value, by, at: this.clock.now() };
    await this.write({ v: 1, key, entry });
    return entry;
  }

  async remove(key: string): Promise<void> {
    await this.write({ v: 1, key, entry: null });
  }

  private write(line: Line): Promise<boolean> {
    return this.tape.append(line.key, new TextEncoder().encode(JSON.stringify(line)));
  }

  private take({ key, entry }: Line): boolean {
    if (entry === null) this.kept.delete(key);
    else this.kept.set(key, entry);
    this.changed.next(key);
    return true;
  }
}

/** Anything of another version stops the program rather than lose what was set. */
const decode = (bytes: Uint8Array): Line => {
  const line = JSON.parse(new TextDecoder().decode(bytes)) as { v?: unknown };
  if (line.v !== 1) throw new Error(`the settings have a line of version ${String(line.v)}; this program reads 1`);
  return line as Line;
};
