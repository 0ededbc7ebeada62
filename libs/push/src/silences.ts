import type { Silence } from '#contract';
import { matchesPattern, type Alert, type Clock } from '#domain';
import type { Register } from './register.js';
import type { Hush } from './shall-we-notify.js';

const PREFIX = 'silence/';

/** A silence with what its author may see: it covers nothing beyond. */
type KeptSilence = Silence & { readonly streams: readonly string[] };

/** Silences with an end: in force at once, in every process, until then. */
export class Silences {
  constructor(
    private readonly register: Register,
    private readonly clock: Clock,
  ) {}

  /** Those that have not ended, newest first. */
  all(): Silence[] {
    return this.kept().map(({ streams: _, ...silence }) => silence);
  }

  get(silence_id: string): Silence | undefined {
    return this.all().find((silence) => silence.silence_id === silence_id);
  }

  /** `streams`: ids or patterns of what its author may see. */
  async add(silence: Silence, streams: readonly string[]): Promise<void> {
    await this.forgetEnded();
    const kept: KeptSilence = { ...silence, streams };
    await this.register.put(PREFIX + silence.silence_id, kept, silence.created_by);
  }

  async end(silence_id: string): Promise<void> {
    await this.register.remove(PREFIX + silence_id);
  }

  hushes(): Hush[] {
    return this.kept().map(({ silence_id, from, until, ...covered }) => ({
      ...{ silence_id, from, until, covers: (alert) => covers(covered, alert) },
    }));
  }

  private kept(): KeptSilence[] {
    const now = this.clock.now();
    return this.register
      .under(PREFIX)
      .map(([, { value }]) => value as KeptSilence)
      .filter(({ until }) => now < until)
      .sort((a, b) => b.from - a.from || (a.silence_id < b.silence_id ? -1 : 1));
  }

  private async forgetEnded(): Promise<void> {
    const now = this.clock.now();
    for (const [id, { value }] of this.register.under(PREFIX)) if ((value as Silence).until <= now) await this.end(id);
  }
}

/** A silence covers what fits all that it names. */
const covers = (
  { stream_id, rule, item_id, streams }: Pick<KeptSilence, 'stream_id' | 'rule' | 'item_id' | 'streams'>,
  alert: Pick<Alert, 'stream_id' | 'rule' | 'item_id'>,
): boolean =>
  streams.some((pattern) => matchesPattern(pattern, alert.stream_id)) &&
  (stream_id === null || matchesPattern(stream_id, alert.stream_id)) &&
  (rule === null || rule === alert.rule) &&
  (item_id === null || item_id === alert.item_id);
