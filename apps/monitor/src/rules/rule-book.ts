import { createHash } from 'node:crypto';
import { filter, type Observable } from 'rxjs';
import type { RuleOverrides, RuleSettings, RuleValue } from '#domain';
import { DEFAULT_RULES, rulesWith, SETTABLE_RULES, type DetectRules, type SettableRule } from '#detect';
import type { Entry, Register } from '#push';

const PREFIX = 'rule/';
/** Streams whose rules are at hand; beyond, they are put together anew. */
const KNOWN_MAX = 10_000;
type Settings = Readonly<Record<string, RuleValue>>;

/** A rule as it stands somewhere. */
export interface Standing {
  readonly settings: RuleSettings;
  /** What it would be without a change of its own. */
  readonly defaults: RuleSettings;
  readonly changed_at: number | null;
  readonly changed_by: string | null;
}

/** What rules are set to: the defaults, over them what was set for all streams, over that what was set for one. */
export class RuleBook {
  /** Told when any setting changed. */
  readonly changes$: Observable<unknown>;
  /** By stream, until something is set anew; asked for each stream every second. */
  private readonly known = new Map<string, ReturnType<RuleBook['wanted']>>();

  /** The last change: each stands on what the one before left. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly register: Register) {
    this.changes$ = register.changes$.pipe(filter((key) => key.startsWith(PREFIX)));
    this.changes$.subscribe(() => this.known.clear());
  }

  /** What a stream is to be judged with; `null`: the defaults. */
  wanted(stream_id: string): { version: string; overrides: RuleOverrides } | null {
    const known = this.known.get(stream_id);
    if (known !== undefined) return known;
    const overrides = this.overrides(stream_id);
    const version = createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 12);
    const wanted = Object.keys(overrides).length === 0 ? null : { version, overrides };
    if (this.known.size >= KNOWN_MAX) this.known.clear();
    this.known.set(stream_id, wanted);
    return wanted;
  }

  /** The rules of a stream, whole. */
  rulesOf(stream_id: string): DetectRules {
    const wanted = this.wanted(stream_id);
    return wanted === null ? DEFAULT_RULES : rulesWith(DEFAULT_RULES, wanted.overrides);
  }

  /** A rule for all streams (`null`) or for one. */
  standing(rule: SettableRule, stream_id: string | null): Standing {
    const entry = this.register.get(keyOf(rule, stream_id));
    const defaults = {
      ...DEFAULT_RULES[rule],
      ...(stream_id === null ? {} : this.ofAll(rule)),
    } as unknown as RuleSettings;
    const settings = { ...defaults, ...settingsIn(entry) } as RuleSettings;
    return { settings, defaults, changed_at: entry?.at ?? null, changed_by: entry?.by ?? null };
  }

  /** Sets what is named and leaves the rest; `null` goes back to the defaults. It holds when this settles. */
  set(rule: SettableRule, stream_id: string | null, settings: Settings | null, by: string): Promise<void> {
    const change = async (): Promise<void> => {
      const key = keyOf(rule, stream_id);
      if (settings === null) await this.register.remove(key);
      else await this.register.put(key, { ...settingsIn(this.register.get(key)), ...settings }, by);
    };
    const mine = this.tail.then(change, change);
    this.tail = mine.catch(() => undefined);
    return mine;
  }

  private ofAll(rule: SettableRule): Settings {
    return settingsIn(this.register.get(keyOf(rule, null)));
  }

  private overrides(stream_id: string): RuleOverrides {
    const set = SETTABLE_RULES.map((rule): [SettableRule, Settings] => [
      rule,
      { ...this.ofAll(rule), ...settingsIn(this.register.get(keyOf(rule, stream_id))) },
    ]);
    return Object.fromEntries(set.filter(([, settings]) => Object.keys(settings).length > 0));
  }
}

const keyOf = (rule: SettableRule, stream_id: string | null): string =>
  stream_id === null ? `${PREFIX}${rule}` : `${PREFIX}${rule}/${stream_id}`;

const settingsIn = (entry: Entry | undefined): Settings => (entry?.value ?? {}) as Settings;
