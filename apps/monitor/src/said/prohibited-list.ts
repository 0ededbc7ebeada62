import type { Clock } from '#domain';
import type { StoreNotes } from '#store';
import { DEFAULT_PROHIBITED, type Understanding } from '#words';

const NAME = 'prohibited_words';

/** The prohibited words: durable before they count, and in effect from the next message on. */
export class ProhibitedList {
  private constructor(
    private readonly notes: Pick<StoreNotes, 'putWords' | 'words'>,
    private readonly understanding: Pick<Understanding, 'prohibit'>,
    private readonly clock: Clock,
    private listed: readonly string[],
  ) {
    understanding.prohibit(listed);
  }

  /** Takes up the list as it was put last. */
  static async open(notes: StoreNotes, understanding: Understanding, clock: Clock): Promise<ProhibitedList> {
    return new ProhibitedList(notes, understanding, clock, (await notes.words(NAME)) ?? DEFAULT_PROHIBITED);
  }

  /** Takes it up again, as another process may have put it. */
  async takeUp(): Promise<void> {
    const listed = (await this.notes.words(NAME)) ?? DEFAULT_PROHIBITED;
    if (listed.join('\n') === this.listed.join('\n')) return;
    this.understanding.prohibit(listed);
    this.listed = listed;
  }

  words(): readonly string[] {
    return this.listed;
  }

  /** Replaces the list by these words, each once; answers it. */
  async put(words: readonly string[], by: string): Promise<readonly string[]> {
    const unique = [...new Set(words.map((word) => word.trim()))];
    await this.notes.putWords(NAME, unique, this.clock.now(), by);
    this.understanding.prohibit(unique);
    return (this.listed = unique);
  }
}
