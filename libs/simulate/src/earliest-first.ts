/** Things by the time they fall due (ms); of equal times the one added first comes first. A binary heap. */
export class EarliestFirst<T> {
  readonly #heap: { at: number; added: number; thing: T }[] = [];
  #added = 0;

  add(at: number, thing: T): void {
    this.#heap.push({ at, added: this.#added++, thing });
    this.#rise(this.#heap.length - 1);
  }

  /** Takes the earliest thing due by `ts`, inclusive; `undefined` where none is. */
  take(ts: number): { at: number; thing: T } | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > ts) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ;) {
      const left = 2 * parent + 1;
      const child = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #before(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.added < b.added);
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
