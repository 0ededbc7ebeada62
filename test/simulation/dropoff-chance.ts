import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A seeded source of chance; each part of a session draws from one of its own name. */
export class Chance {
  readonly #generator: RandomGenerator;

  constructor(seed: number, name: string) {
    let hash = seed | 0;
    for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x5bd1e995) ^ (hash >>> 15);
    this.#generator = xoroshiro128plus(hash);
  }

  /** Uniform in [0, 1). */
  next(): number {
    return (this.#generator.next() >>> 0) / 0x1_0000_0000;
  }

  /** Uniform integer in [from, to). */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** With mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** Above 60 by the normal approximation. */
  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }
}
